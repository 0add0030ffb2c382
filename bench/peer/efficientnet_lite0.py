# SPDX-License-Identifier: Apache-2.0
# The architecture is that of EfficientNet-Lite0; credits stand in packages/efficientnet-lite0/assets/LICENSE.
"""The EfficientNet-Lite0 of packages/efficientnet-lite0/assets/graph as a plain torch module, read from the same weight shards.

    model = load("graph")            # eval mode, float32
    logits = model(images)           # images: [N, 3, 224, 224], (pixel - 127) / 128

A submodule has the name of its graph node with dots for slashes and yields the same tensor
(NCHW for NHWC): `blocks.5.expand` is the output after ReLU6. Its parts are `pad`, `conv`
and `act`. Padding follows TF's SAME for sizes that the strides divide, as 224 is.
"""

import base64
import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn


class ReLU6(nn.ReLU):
    def forward(self, x):
        return torch.clamp(x, 0, 6)


class Add(nn.Module):
    def forward(self, a, b):
        return a + b


class Stage(nn.Module):
    """A container whose children run in order."""

    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, x):
        for child in self.children():
            x = child(x)
        return x


class Block(nn.Module):
    def __init__(self, units, residual):
        super().__init__()
        for name, unit in units.items():
            self.add_module(name, unit)
        if residual:
            self.add = Add()

    def forward(self, x):
        y = self.expand(x) if hasattr(self, "expand") else x
        y = self.project(self.depthwise(y))
        return self.add(y, x) if hasattr(self, "add") else y


class EfficientNetLite0(nn.Module):
    def __init__(self, stem, blocks, head, logits):
        super().__init__()
        self.stem = Stage(conv=stem)
        self.blocks = nn.ModuleList(blocks)
        self.head = Stage(conv=head)
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1))
        self.logits = logits

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.logits(self.pool(self.head(x)))


def read_graph(folder):
    """The nodes of model.json by name and its weights as float32 arrays (int32 for axes)."""
    folder = Path(folder)
    model = json.loads((folder / "model.json").read_text())
    weights = {}
    for group in model["weightsManifest"]:
        data = b"".join((folder / p).read_bytes() for p in group["paths"])
        offset = 0
        for spec in group["weights"]:
            stored = np.dtype(spec.get("quantization", spec)["dtype"]).newbyteorder("<")
            count = int(np.prod(spec["shape"]))
            array = np.frombuffer(data, stored, count, offset).reshape(spec["shape"])
            weights[spec["name"]] = array.astype(spec["dtype"])
            offset += count * stored.itemsize
    return {n["name"]: n for n in model["modelTopology"]["node"]}, weights


def load(graph_dir):
    nodes, weights = read_graph(graph_dir)

    def assign(module, name, kernel):
        module.weight.data = torch.from_numpy(np.array(kernel))
        module.bias.data = torch.from_numpy(np.array(weights[name + "/bias"]))
        return module

    def unit(name):
        attr = nodes[name]["attr"]
        ops = [base64.b64decode(s).decode() for s in attr["fused_ops"]["list"]["s"]]
        kernel = weights[name + "/kernel"]
        k, stride = kernel.shape[0], int(attr["strides"]["list"]["i"][1])
        depthwise = nodes[name]["op"] == "FusedDepthwiseConv2dNative"
        kernel = kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        channels = (len(kernel),) * 2 if depthwise else (kernel.shape[1], kernel.shape[0])
        conv = nn.Conv2d(*channels, k, stride, groups=channels[0] if depthwise else 1)
        parts = OrderedDict()
        if k > 1:
            before = (k - stride) // 2
            parts["pad"] = nn.ZeroPad2d((before, k - stride - before) * 2)
        parts["conv"] = assign(conv, name, kernel)
        if "Relu6" in ops:
            parts["act"] = ReLU6()
        return nn.Sequential(parts)

    blocks = []
    while (prefix := f"blocks/{len(blocks)}/") + "project" in nodes:
        names = [n for n in ("expand", "depthwise", "project") if prefix + n in nodes]
        blocks.append(Block({n: unit(prefix + n) for n in names}, prefix + "add" in nodes))

    kernel = weights["logits/kernel"]
    logits = assign(nn.Linear(*kernel.shape), "logits", kernel.T)
    model = EfficientNetLite0(unit("stem/conv"), blocks, unit("head/conv"), logits)
    return model.eval()
