import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergePieces } from './merge-pieces';
import type { Pieces } from './types';

const words = (pieces: Pieces, ...tokens: string[]) =>
  mergePieces(
    tokens,
    tokens.map((_, index) => index + 1),
    pieces,
  );

test('joins ## of WordPiece to what stands before', () => {
  expect(words('wordpiece', '[CLS]', 'un', '##aff', '##able', 'cat', '[SEP]')).toEqual({
    tokens: ['[CLS]', 'unaffable', 'cat', '[SEP]'],
    attributions: [1, 9, 5, 6],
  });
});

test('begins a word at ▁ of SentencePiece', () => {
  expect(words('sentencepiece', '<s>', 'Hel', 'lo', '▁wor', 'ld', '.', '</s>')).toEqual({
    tokens: ['<s>', 'Hello', 'world.', '</s>'],
    attributions: [1, 5, 15, 7],
  });
});

test('begins a word at Ġ of GPT-2, and reads its bytes', () => {
  expect(words('gpt', 'Hello', 'Ġcaf', 'Ã©', 'Ġð', 'Ł', 'ĺ', 'Ģ', 'Ċ', '<|endoftext|>').tokens).toEqual([
    'Hello',
    'café',
    '😀',
    '\n',
    '<|endoftext|>',
  ]);
});

test('never joins anything to a mark that stands for no text', () => {
  expect(words('wordpiece', '[CLS]', '##ing').tokens).toEqual(['[CLS]', 'ing']);
  expect(words('gpt', '<|im_start|>', 'user').tokens).toEqual(['<|im_start|>', 'user']);
});

/** The table of GPT-2, from its description: 188 printable bytes stand for themselves, the others count on from 256. */
function slowBytes(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text));
  let next = 256;
  const table = new Map<number, string>();
  for (let byte = 0; byte < 256; byte++) {
    const own = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    table.set(byte, String.fromCharCode(own ? byte : next++));
  }
  return bytes.map((byte) => table.get(byte)).join('');
}

test('reads any text back from the bytes of GPT-2', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/^<.*>$|^\[.*\]$|[ \n]/.test(value));
  fc.assert(
    fc.property(text, (value) => {
      expect(words('gpt', slowBytes(` ${value}`)).tokens).toEqual([value]);
    }),
  );
});

test('adds up to the same sum', () => {
  const token = fc.constantFrom('a', '##b', '▁c', 'Ġd', '[SEP]', '<s>');
  const pairs = fc.array(fc.tuple(token, fc.integer({ min: -100, max: 100 })), { minLength: 1 });
  fc.assert(
    fc.property(pairs, fc.constantFrom('wordpiece', 'sentencepiece', 'gpt'), (given, pieces) => {
      const merged = mergePieces(
        given.map(([text]) => text),
        given.map(([, value]) => value),
        pieces,
      );
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      expect(sum(merged.attributions)).toBe(sum(given.map(([, value]) => value)));
      expect(merged.tokens).toHaveLength(merged.attributions.length);
    }),
  );
});

test('refuses fewer attributions than tokens, and marks that it does not know', () => {
  expect(() => mergePieces(['a', '##b'], [1], 'wordpiece')).toThrow(/2 tokens and 1 attributions/);
  // @ts-expect-error as JavaScript may pass it
  expect(() => mergePieces(['a', '##b'], [1, 2], 'bert')).toThrow(/wordpiece, sentencepiece, gpt/);
});
