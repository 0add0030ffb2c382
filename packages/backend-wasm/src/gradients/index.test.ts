import { describeGradients, gradientCases } from '@vitrum/testing';
import { wasmGradients } from '.';

const cases = Object.fromEntries(Object.entries(gradientCases).filter(([kernel]) => kernel in wasmGradients));

describeGradients(wasmGradients, cases, ['wasm']);
