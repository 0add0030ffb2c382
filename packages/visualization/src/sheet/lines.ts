import type { Mark } from '../scene/scene';
import { type TextStyle, wrapText } from '../text/text';

/** Text broken into lines of one style. */
export interface Block {
  readonly lines: readonly string[];
  readonly style: TextStyle;
  /** From one line to the next, in pixels. */
  readonly leading: number;
}

export const block = (text: string | undefined, style: TextStyle, width: number, leading = 1.4): Block => ({
  lines: wrapText(text ?? '', style, width),
  style,
  leading: Math.round(leading * style.size),
});

export const blockHeight = ({ lines, leading }: Block): number => lines.length * leading;

export const heightOf = (blocks: readonly Block[]): number =>
  blocks.reduce((height, each) => height + blockHeight(each), 0);

/** Blocks below each other. */
export function writeBlocks(blocks: readonly Block[], x: number, top: number): Mark[] {
  let y = top;
  return blocks.flatMap(({ lines, style, leading }) =>
    lines.map((text): Mark => {
      const baseline = y + Math.round(style.size);
      y += leading;
      return { kind: 'text', text, style, x, baseline };
    }),
  );
}
