# SPDX-License-Identifier: Apache-2.0
"""Captum on PyTorch, one measurement at a time, on request.

    python captum_peer.py --graph <folder with model.json> --picture <224 x 224 x 3 float32 file> --target <class> --threads 2

Reads one request a line from standard input, a JSON object `{"name": "saliency", "batch": 4}`, and answers with one line:
`{"milliseconds": 12.3}` of that run, or `{"error": "..."}`. With `"alone": true` it runs on one thread and answers with its
processor time instead. With `"values": "<file>"` it writes the attribution there as float32 in the order of TensorFlow.js,
[batch, height, width, channels]. The first line it prints tells its versions.
"""

import argparse
import json
import platform
import sys
import time

import captum
import captum.attr as attr
import captum.attr._core.deep_lift as deep_lift
import captum.attr._core.lrp as lrp
import numpy as np
import torch

import efficientnet_lite0
from captum.attr._utils.custom_modules import Addition_Module
from captum.attr._utils.lrp_rules import EpsilonRule

SAMPLES = 50


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--graph", required=True)
    options.add_argument("--picture", required=True)
    options.add_argument("--target", type=int, required=True)
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    np.random.seed(0)

    # Captum's LRP splits relevance at its own addition only.
    efficientnet_lite0.Add = Addition_Module
    net = efficientnet_lite0.load(given.graph).float().eval()
    # Captum knows torch's own ReLU6 by its class.
    deep_lift.SUPPORTED_NON_LINEAR[efficientnet_lite0.ReLU6] = deep_lift.nonlinear
    lrp.SUPPORTED_NON_LINEAR_LAYERS.append(efficientnet_lite0.ReLU6)
    picture = np.fromfile(given.picture, np.float32).reshape(224, 224, 3)
    photo = torch.from_numpy(picture).permute(2, 0, 1)[None].contiguous()
    measurements = methods(net, photo, given.target)
    answer(versions(given.threads))
    chunks = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["name"]
        try:
            run, sizes = measurements[name]
            x = photo.repeat(request.get("batch", 1), 1, 1, 1)
            if sizes and name not in chunks:
                chunks[name] = best_chunk(run, x, sizes)
            chunk = chunks.get(name, 0)
            alone = request.get("alone", False)
            torch.set_num_threads(1 if alone else given.threads)
            milliseconds, values = timed(lambda: run(x, chunk), time.process_time if alone else time.perf_counter)
            if request.get("values"):
                channels_last = values.detach().movedim(1, -1) if values.dim() == 4 else values.detach()
                np.ascontiguousarray(channels_last.numpy(), np.float32).tofile(request["values"])
            answer({"milliseconds": milliseconds, "chunk": chunk})
        except Exception as error:  # whatever a method throws is this measurement's answer
            answer({"error": f"{type(error).__name__}: {error}"})


def methods(net, photo, target):
    """By name: the work for a batch and a chunk size, and the chunk sizes to try."""
    position = torch.arange(224)
    patches = ((position[:, None] // 16) * 14 + position[None] // 16)[None, None]
    rows = torch.randn(10, 3, 224, 224, generator=torch.Generator().manual_seed(1)) * 0.5
    layer = net.get_submodule("blocks.10.add")
    chunks = [4, 8, 16]

    def forward(x, _):
        with torch.no_grad():
            return net(x)

    return {
        "forward": (forward, None),
        "saliency": (lambda x, _: attr.Saliency(net).attribute(x, target), None),
        "guidedBackprop": (lambda x, _: attr.GuidedBackprop(net).attribute(x, target), None),
        "deconvolution": (lambda x, _: attr.Deconvolution(net).attribute(x, target), None),
        "deepLift": (lambda x, _: attr.DeepLift(net).attribute(x, torch.zeros_like(x), target), None),
        "lrp": (lambda x, _: epsilon_lrp(net, x, target), None),
        "gradCam": (lambda x, _: attr.LayerGradCam(net, layer).attribute(x, target), None),
        "guidedGradCam": (lambda x, _: attr.GuidedGradCam(net, layer).attribute(x, target), None),
        "integratedGradients": (integrated(net, target, SAMPLES), chunks),
        "integratedGradients200": (integrated(net, target, 200), chunks),
        "gradientShap": (
            lambda x, _: attr.GradientShap(net).attribute(x, rows, n_samples=SAMPLES, target=target),
            None,
        ),
        "occlusion": (
            lambda x, chunk: attr.Occlusion(net).attribute(
                x, (3, 15, 15), (3, 8, 8), 0, target, perturbations_per_eval=chunk
            ),
            chunks,
        ),
        "featureAblation": (
            lambda x, chunk: attr.FeatureAblation(net).attribute(
                x, 0, target, feature_mask=patches, perturbations_per_eval=chunk
            ),
            chunks,
        ),
        "kernelShap": (
            lambda x, chunk: attr.KernelShap(net).attribute(
                x, 0, target, feature_mask=patches, n_samples=500, perturbations_per_eval=chunk
            ),
            chunks,
        ),
        "lime": (
            lambda x, chunk: attr.Lime(net).attribute(
                x, 0, target, feature_mask=patches, n_samples=500, perturbations_per_eval=chunk
            ),
            chunks,
        ),
    }


def integrated(net, target, steps):
    method = attr.IntegratedGradients(net)
    return lambda x, chunk: method.attribute(x, 0, target, n_steps=steps, internal_batch_size=chunk)


def epsilon_lrp(net, x, target):
    """Captum takes every rule away after a call, and has none for padding and flattening."""
    for module in net.modules():
        if isinstance(module, (torch.nn.ZeroPad2d, torch.nn.Flatten)):
            module.rule = EpsilonRule()
    return attr.LRP(net).attribute(x, target)


def best_chunk(run, x, sizes):
    run(x, sizes[0])
    return min(sizes, key=lambda size: timed(lambda: run(x, size))[0])


def timed(run, clock=time.perf_counter):
    start = clock()
    result = run()
    return (clock() - start) * 1000, result


def versions(threads):
    return {
        "torch": torch.__version__,
        "captum": captum.__version__,
        "python": platform.python_version(),
        "threads": threads,
    }


def answer(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
