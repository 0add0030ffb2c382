/**
 * Numbers the connected parts of equal labels (by their sides) from 0, in reading order; one of less than `least` pixels
 * becomes part of the one before it that it touches.
 */
export function connected(labels: Int32Array, width: number, height: number, least: number): Int32Array {
  const parts = new Int32Array(labels.length).fill(-1);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (parts[start] !== -1) continue;
    const pixels = [start];
    parts[start] = count;
    let before = -1;
    for (const pixel of pixels) {
      for (const next of neighbours(pixel, width, height)) {
        if (parts[next] === -1 && labels[next] === labels[start]) {
          parts[next] = count;
          pixels.push(next);
        } else if (parts[next] !== -1 && parts[next] !== count) before = parts[next] ?? before;
      }
    }
    if (pixels.length < least && before !== -1) for (const pixel of pixels) parts[pixel] = before;
    else count++;
  }
  return parts;
}

function neighbours(pixel: number, width: number, height: number): number[] {
  const [column, row] = [pixel % width, Math.floor(pixel / width)];
  return [
    ...(column > 0 ? [pixel - 1] : []),
    ...(column < width - 1 ? [pixel + 1] : []),
    ...(row > 0 ? [pixel - width] : []),
    ...(row < height - 1 ? [pixel + width] : []),
  ];
}
