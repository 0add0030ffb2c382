import { describeGradients, drawnCases, gradientCases } from '@vitrum/testing/internal';
import { wasmGradients } from '.';

describeGradients(wasmGradients, gradientCases, ['wasm'], drawnCases);
