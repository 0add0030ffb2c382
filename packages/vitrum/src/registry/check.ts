import { AttributionError } from '@vitrum/core';
import { didYouMean } from './closest';
import type { MethodEntry, WrapperEntry } from './entry';
import { expected, fits, fromText } from './option';

/**
 * The value of an option that came as text, from a command line or a field: `100`, `auto`, `true`, `15,15,3`, or JSON.
 * @throws AttributionError `option` for an option that the method does not have, with the closest names, or a value that it does not take
 */
export function readOption(
  name: string,
  { options }: MethodEntry | WrapperEntry,
  option: string,
  text: string,
): unknown {
  const value = fromText(text);
  checkOptions(name, { options }, { [option]: value });
  return value;
}

/** Holds options that came as data to what a method takes. Whether required ones are there is left to the method. */
export function checkOptions(
  name: string,
  { options }: Pick<MethodEntry | WrapperEntry, 'options'>,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [key, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (!option) {
      const names = Object.keys(options);
      throw new AttributionError('option', {
        got: `${name}.${key}`,
        expected: names.length > 0 ? `an option of ${name}: ${names.join(', ')}` : `nothing, as ${name} has no options`,
        fix: didYouMean(key, names, 'Leave it out.'),
      });
    }
    if (fits(option, value)) continue;
    const isDefault = !option.required && 'default' in option;
    throw new AttributionError('option', {
      got: `${name}.${key} ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`,
      expected: expected(option),
      fix: isDefault ? `Leave it out for ${JSON.stringify(option.default)}.` : `It is the ${option.description}.`,
    });
  }
}
