// A program that explains with threads, and forgets to end them.
import { cpu } from '@vitrum/backend-cpu';
import { attribute, prepare, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';
import '../src/index';
import { network, numbers } from './model';

const [, , serving = ''] = process.argv;
await useBackend(cpu());
const model = await prepare(network, { workers: { count: 2, load: new URL(serving) } });
const x = numbers([2, 9, 9, 2], 11);
const options = { method: integratedGradients({ steps: 40 }), target: 1 };
const [here, away] = [await attribute(network, x, options), await attribute(model, x, options)];
const [a, b] = [await here.values.data(), await away.values.data()];
console.log(a.every((value, i) => value === b[i]) && away.notes.length === 0 ? 'same bits' : 'other bits');
