import { AttributionError } from '@vitrum/core';
import type { Pieces } from './types';

/** Words with the sum of the attributions of their pieces. */
export interface Words {
  readonly tokens: readonly string[];
  readonly attributions: readonly number[];
}

/** How a tokenizer marks its pieces: what a piece reads as, and whether it continues the word before it. */
interface Marks {
  readonly continues: (piece: string) => boolean;
  readonly read: (piece: string) => string;
  /** Applied to a whole word. */
  readonly finish: (word: string) => string;
}

const same = (text: string): string => text;

const marks: Record<Pieces, Marks> = {
  wordpiece: { continues: (piece) => piece.startsWith('##'), read: (piece) => piece.replace(/^##/, ''), finish: same },
  sentencepiece: {
    continues: (piece) => !piece.startsWith('▁'),
    read: (piece) => piece.replace(/^▁/, ''),
    finish: same,
  },
  gpt: { continues: (piece) => !/^[ĠĊ]/.test(piece), read: (piece) => piece.replace(/^Ġ/, ''), finish: fromBytes },
};

/** Marks that stand for no text: [CLS], <s>, <|endoftext|>. They are never part of a word. */
const special = /^(\[[^\]\s]+\]|<[^>\s]+>)$/;

/**
 * Pieces of words joined to words, their attributions added up: the sum over all stays the same.
 * @throws AttributionError 'inputs' if tokens and attributions are not as many, 'option' for an unknown tokenizer
 */
export function mergePieces(tokens: readonly string[], attributions: ArrayLike<number>, pieces: Pieces): Words {
  if (!Object.hasOwn(marks, pieces))
    throw new AttributionError('option', {
      got: `pieces of "${pieces}"`,
      expected: `one of ${Object.keys(marks).join(', ')}`,
      fix: 'Leave them as they are if they are marked in another way.',
    });
  if (tokens.length !== attributions.length)
    throw new AttributionError('inputs', {
      got: `${tokens.length} tokens and ${attributions.length} attributions`,
      expected: 'one attribution for each token',
      fix: 'Sum the attributions of embeddings over their dimensions, and leave out the padding of both.',
    });
  const { continues, read, finish } = marks[pieces];
  const words: { text: string; attribution: number; closed: boolean }[] = [];
  tokens.forEach((token, index) => {
    const attribution = attributions[index] ?? 0;
    const closed = special.test(token);
    const last = words.at(-1);
    if (last && !last.closed && !closed && continues(token)) {
      last.text += read(token);
      last.attribution += attribution;
    } else words.push({ text: closed ? token : read(token), attribution, closed });
  });
  return {
    tokens: words.map(({ text, closed }) => (closed ? text : finish(text))),
    attributions: words.map(({ attribution }) => attribution),
  };
}

/** GPT-2 writes the bytes of UTF-8 as one visible character each: printable ones as themselves, the others from U+0100 on. */
function fromBytes(word: string): string {
  const bytes = Array.from(word, (character) => byteOf.get(character));
  if (bytes.includes(undefined)) return word;
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte ?? 0));
}

const printable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
const hidden = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !printable(byte));
const byteOf = new Map(
  Array.from({ length: 256 }, (_, byte): [string, number] => [
    String.fromCharCode(printable(byte) ? byte : 256 + hidden.indexOf(byte)),
    byte,
  ]),
);
