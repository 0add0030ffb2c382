import names from './labels.json';

/** The names of the 1000 ImageNet classes, in the order of the model's output. */
export const labels: readonly string[] = names;
