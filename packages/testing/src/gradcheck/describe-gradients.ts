import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import type { GradientTable } from '@vitrum/core';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { backendNames } from '../backends-here';
import { onEachBackend } from '../on-each-backend';
import { checkKernel, type DrawnCases } from './check-kernel';
import type { KernelCases } from './kernel-case';

/** Tests, on each backend, that every rule of `table` equals finite differences in all its cases, fixed and drawn. */
export function describeGradients(
  table: GradientTable,
  fixed: KernelCases,
  backends: readonly string[] = backendNames,
  drawn: DrawnCases = {},
): void {
  const suite = (backend: string) => {
    beforeAll(() => openBackend(backend));

    test.for(Object.keys(table).filter((kernel) => fixed[kernel] || drawn[kernel]))(
      'the rule of %s equals central finite differences',
      async (kernel, context) => {
        context.skip(!getKernel(kernel, getBackend()), `${backend} has no ${kernel}`);
        expect((await checkKernel(kernel, backend, table, { fixed, drawn })).problems).toEqual([]);
      },
    );
  };
  onEachBackend('on %s', suite, backends);
}
