/** An option of a method, as data: enough for a field of a form, an argument of a command, and a check of what came. */
export type Option = IntegerOption | NumberOption | BooleanOption | ChoiceOption | SizesOption | LayerOption;

interface Described {
  /** What it does, in one line that starts small and has no full stop. */
  readonly description: string;
  /** The method cannot do without it, and `default` is only something to begin with. @defaultValue false */
  readonly required?: boolean;
  /** It counts only where these options have these values. @defaultValue always */
  readonly onlyWith?: Readonly<Record<string, unknown>>;
}

/** A whole number. */
export interface IntegerOption extends Described {
  readonly type: 'integer';
  readonly default: number;
  readonly minimum: number;
  /** Words that it takes as well, such as 'auto'. @defaultValue none */
  readonly words?: readonly string[];
}

/** Any finite number. */
export interface NumberOption extends Described {
  readonly type: 'number';
  readonly default: number;
  readonly minimum: number;
  /** Whether `minimum` itself is too small. @defaultValue false */
  readonly exclusive?: boolean;
  /** Whether it may be a list with a number for each input of the model. @defaultValue false */
  readonly each?: boolean;
}

/** On or off. */
export interface BooleanOption extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

/** One of a few words. */
export interface ChoiceOption extends Described {
  readonly type: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
  /** Whether it also takes an object, which the method checks: for what words cannot say. @defaultValue false */
  readonly open?: boolean;
}

/**
 * Whole numbers from 1 for the dims behind the batch: one for all, a list of one for each, or a list of such lists for several
 * inputs. `default` is for a photograph of 224 × 224 pixels in three colours.
 */
export interface SizesOption extends Described {
  readonly type: 'sizes';
  readonly default: number | readonly number[];
}

/** The name of a layer of the model, which alone knows them. */
export interface LayerOption extends Described {
  readonly type: 'layer';
}

/** What an option takes, in words: `a whole number of at least 1, or 'auto'`. */
export function expected(option: Option): string {
  switch (option.type) {
    case 'integer':
      return or(`a whole number of at least ${option.minimum}`, ...(option.words ?? []).map(quoted));
    case 'number': {
      const above = option.exclusive ? `above ${option.minimum}` : `of at least ${option.minimum}`;
      return or(`a number ${above}`, ...(option.each ? ['a list of them, one for each input'] : []));
    }
    case 'boolean':
      return 'true or false';
    case 'choice':
      return or(...option.choices.map(quoted), ...(option.open ? ['an object'] : []));
    case 'sizes':
      return 'a whole number of at least 1, or a list of them, one for each dim behind the batch';
    case 'layer':
      return 'the name of a layer';
  }
}

/** Whether an option takes a value. What only a model can tell (how many inputs, which layers) is left to the method. */
export function fits(option: Option, value: unknown): boolean {
  switch (option.type) {
    case 'integer':
      return (Number.isSafeInteger(value) && Number(value) >= option.minimum) || includes(option.words ?? [], value);
    case 'number':
      return option.each && Array.isArray(value) ? value.every((one) => inRange(option, one)) : inRange(option, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return includes(option.choices, value) || (option.open === true && typeof value === 'object' && value !== null);
    case 'sizes':
      return areSizes(value) || (Array.isArray(value) && value.length > 0 && value.every(areSizes));
    case 'layer':
      return typeof value === 'string' && value !== '';
  }
}

/** The value that text stands for, as it comes from a command line or a field: JSON, numbers between commas, or a word. */
export function fromText(text: string): unknown {
  for (const json of [text, `[${text}]`]) {
    try {
      return JSON.parse(json);
    } catch {
      // The next way to read it.
    }
  }
  return text;
}

const inRange = ({ minimum, exclusive }: NumberOption, value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && (exclusive ? value > minimum : value >= minimum);

const isSize = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1;

const areSizes = (value: unknown) => isSize(value) || (Array.isArray(value) && value.length > 0 && value.every(isSize));

const includes = (words: readonly string[], value: unknown) => typeof value === 'string' && words.includes(value);

const quoted = (word: string) => `'${word}'`;

const or = (...parts: readonly string[]) =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
