/** Lightness and two colour axes of every pixel, in which distances are what an eye sees: CIELAB under D65, from sRGB. */
export function toLab(data: ArrayLike<number>, pixels: number): Float32Array {
  const lab = new Float32Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [r, g, b] = [0, 1, 2].map((channel) => linear[data[pixel * 4 + channel] ?? 0] ?? 0) as [
      number,
      number,
      number,
    ]; // three
    const x = cubeRoot((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const y = cubeRoot(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = cubeRoot((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    lab.set([116 * y - 16, 500 * (x - y), 200 * (y - z)], pixel * 3);
  }
  return lab;
}

const linear: readonly number[] = Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

const cubeRoot = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
