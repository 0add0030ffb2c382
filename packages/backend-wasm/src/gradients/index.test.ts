import { describeGradients, drawnCases, gradientCases } from '@vitrum/testing';
import { wasmGradients } from '.';

describeGradients(wasmGradients, gradientCases, ['wasm'], drawnCases);
