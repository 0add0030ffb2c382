import { AttributionError } from '@vitrum/core';
import { imageSize } from 'image-size';

/** The largest file, in bytes. */
const mostBytes = 64 * 2 ** 20;

/** The most pixels, which take four bytes each. */
const mostPixels = 64 * 2 ** 20;

/**
 * The pixels of a picture file. Its size is read from its first bytes, so that a file that is no picture, or unpacks to
 * more than there is memory for, is refused before anything is unpacked.
 * @throws AttributionError 'inputs' for a file that is too large, of another kind or broken
 */
export async function decode(file: Blob, name: string): Promise<ImageData> {
  await check(file, name);
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw refused(
      `“${name}”, which is damaged or of a kind this browser cannot read`,
      'Save it again as a PNG or JPEG.',
      cause,
    );
  });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    if (!context) throw refused(`no canvas for “${name}”`, 'Try a smaller picture.');
    // What is transparent is seen on white, as on a page.
    context.fillStyle = 'white';
    context.fillRect(0, 0, bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** Refuses what need not be unpacked to be refused. */
export async function check(file: Blob, name: string): Promise<void> {
  if (file.size === 0) throw refused(`“${name}”, which is empty`, 'Choose another file.');
  if (file.size > mostBytes)
    throw refused(
      `“${name}” of ${megabytes(file.size)} MB`,
      'Make it smaller first; the network sees 224 × 224 pixels of it.',
    );
  const { width, height } = await sizeOf(file, name);
  if (width * height > mostPixels)
    throw refused(
      `“${name}” of ${width} × ${height} pixels`,
      'Make it smaller first; the network sees 224 × 224 pixels of it.',
    );
  if (Math.min(width, height) < 2)
    throw refused(`“${name}” of ${width} × ${height} pixels`, 'Choose a picture in which there is something to see.');
}

async function sizeOf(file: Blob, name: string): Promise<{ width: number; height: number }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return imageSize(bytes);
  } catch (cause) {
    throw refused(`“${name}”, which is not a picture, whatever its name says`, 'Choose a photograph.', cause);
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

function refused(got: string, fix: string, cause?: unknown): AttributionError {
  return new AttributionError('inputs', {
    got,
    expected: `a PNG, JPEG, WebP, GIF or AVIF picture of at most ${megabytes(mostBytes)} MB and ${mostPixels / 2 ** 20} megapixels`,
    fix,
    cause,
  });
}
