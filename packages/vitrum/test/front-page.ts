import { readFile, writeFile } from 'node:fs/promises';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, layer, useBackend } from '@vitrum/core';
import { chelsea224, loadEfficientNetLite0, preprocess } from '@vitrum/efficientnet-lite0';
import { gradCam, interpolate } from '@vitrum/layer-methods';
import { attributionMap, blendedHeatMap, decodePng, encodePng } from '@vitrum/visualization';

await useBackend(wasm());
const model = await loadEfficientNetLite0();
const photo = decodePng(await readFile(chelsea224));
const why = await attribute(model, preprocess(photo), { method: gradCam(), at: layer('blocks/10/add') });
const map = await attributionMap(interpolate(why.values, [224, 224], { mode: 'bilinear' }));
await writeFile('why.png', encodePng(blendedHeatMap(map, photo).picture));
