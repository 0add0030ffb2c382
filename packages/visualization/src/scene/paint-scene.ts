import { fillRectangle, paste, stretch } from '../paint';
import { createPicture, type Picture } from '../picture';
import { drawText } from '../text/text';
import type { Mark, Scene } from './scene';

/** The scene as pixels. */
export function paintScene({ width, height, paper, marks }: Scene): Picture {
  const page = createPicture(width, height, paper);
  for (const mark of marks) paintMark(page, mark);
  return page;
}

function paintMark(page: Picture, mark: Mark): void {
  if (mark.kind === 'rectangle') fillRectangle(page, mark, mark.fill);
  else if (mark.kind === 'picture') paste(page, stretch(mark.picture, mark.width, mark.height), mark.x, mark.y);
  else drawText(page, mark.text, mark.style, mark);
}
