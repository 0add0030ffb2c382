import { contrast, layer, neuron, type Target } from '@vitrum/core';
import { wrong } from '../errors';
import { classOf } from '../network/labels';

/** A target and what to call it. */
export interface AskedTarget {
  readonly target: Target;
  /** In words: a label, with its number where two classes share it (`crane (134)`), or `class 285`. */
  readonly title: string;
  /** As files are called: `285`. */
  readonly id: string;
  /** Place in the output, where it is one class. */
  readonly index?: number;
}

export interface TargetOptions {
  readonly target?: string;
  readonly contrast?: string;
  readonly neuron?: string;
}

/** The classes of an output, and the likeliest of them. */
export interface Classes {
  readonly count: number;
  readonly labels?: readonly string[];
  /** By score, the highest first. */
  readonly ranked: readonly number[];
}

/**
 * What is to be explained: a class by number or label, the `top3`, one class against another, or a neuron. The predicted
 * class if nothing is said. @throws AttributionError `target`, `option`
 */
export function askedTargets(options: TargetOptions, classes: Classes): readonly AskedTarget[] {
  const given = (['target', 'contrast', 'neuron'] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1)
    throw wrong('option', given.map((name) => `--${name}`).join(' and '), 'one of them', 'Run it once for each.');
  const { labels, count, ranked } = classes;
  const title = (index: number) => titleOf(index, labels);
  const ofClass = (index: number): AskedTarget => ({ target: index, title: title(index), id: String(index), index });
  if (options.contrast !== undefined) {
    const [of, against, ...rest] = options.contrast.split(':');
    if (!of || !against || rest.length > 0)
      throw wrong(
        'option',
        `--contrast "${options.contrast}"`,
        'two classes, such as 282:285 or "tabby:lynx"',
        'Put a colon between them.',
      );
    const [a, b] = [classOf(of, count, labels), classOf(against, count, labels)];
    return [{ target: contrast(a, b), title: `${title(a)} rather than ${title(b)}`, id: `${a}-against-${b}` }];
  }
  if (options.neuron !== undefined) {
    const [, name, index] = /^(.+):(\d+(?:,\d+)*)$/.exec(options.neuron) ?? [];
    if (name === undefined || index === undefined)
      throw wrong(
        'option',
        `--neuron "${options.neuron}"`,
        'layer:index, such as logits:285 or blocks/10/add:7,7,3',
        'See `vitrum layers`.',
      );
    const at = index.split(',').map(Number);
    return [
      {
        target: neuron(layer(name), at),
        title: `neuron ${at.join(', ')} of ${name}`,
        id: `${fileSafe(name)}-${at.join('-')}`,
      },
    ];
  }
  const [, top] = /^top(\d+)$/.exec(options.target ?? 'top1') ?? [];
  if (top === undefined) return [ofClass(classOf(options.target ?? '', count, labels))];
  if (Number(top) < 1 || Number(top) > count)
    throw wrong('target', `--target top${top}`, `top1 to top${count}`, 'The model has no more classes.');
  return ranked.slice(0, Number(top)).map(ofClass);
}

/** ImageNet has two cranes and two maillots: a label that is not alone is told with its number. */
function titleOf(index: number, labels: readonly string[] | undefined): string {
  const label = labels?.[index];
  if (label === undefined) return `class ${index}`;
  return labels?.indexOf(label) === labels?.lastIndexOf(label) ? label : `${label} (${index})`;
}

/** A name without what a file's cannot have. */
export const fileSafe = (name: string): string => name.replace(/[^\w.-]+/g, '-');
