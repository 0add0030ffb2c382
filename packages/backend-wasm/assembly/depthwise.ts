// AssemblyScript. Addresses are in bytes, numbers are float32.

// What stays the same for a whole call; a module runs one call at a time.
let pixel: usize;
let apart: usize;
let tapDown: usize;
let back: usize;
let aside: usize;
let filterHeight: i32;
let filterWidth: i32;
let strideHeight: i32;
let strideWidth: i32;

/**
 * ∂S/∂x [batch, height, width, channels] of a depthwise convolution, from the signal dz with its margins and the filter
 * [filterHeight, filterWidth, channels]. `channels` is a multiple of four.
 *
 * Input i takes output (i + before − dilation·k) / stride through tap k, where that is whole: with `above` rows of margin
 * before output 0 no tap looks outside dz. Four inputs of a row that the same taps reach are made at once, so that a weight
 * is read once for the four.
 */
export function depthwise(
  dz: usize,
  filter: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  signalHeight: i32,
  signalWidth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  dilationDown: i32,
  dilationAcross: i32,
  above: i32,
  left: i32,
  beforeDown: i32,
  beforeAcross: i32,
): void {
  filterHeight = kernelHeight;
  filterWidth = kernelWidth;
  strideHeight = strideDown;
  strideWidth = strideAcross;
  pixel = <usize>channels << 2;
  apart = <usize>strideWidth * pixel;
  tapDown = <usize>(filterWidth * strideHeight) * pixel;
  const line: usize = <usize>signalWidth * pixel;
  // From a tap to the next that reaches the same input, the signal lies so far back.
  back = line * (strideHeight == 1 ? <usize>dilationDown : 1);
  aside = pixel * (strideWidth == 1 ? <usize>dilationAcross : 1);
  // As many channels at once as have their weights in the nearest cache.
  const block: i32 = max(8, (4096 / (filterHeight * filterWidth)) & ~7);
  for (let b: i32 = 0; b < batch; b++) {
    const signal: usize = dz + <usize>(b * signalHeight) * line;
    for (let begin: i32 = 0; begin < channels; begin += block) {
      const bytes: usize = <usize>min(block, channels - begin) << 2;
      const offset: usize = <usize>begin << 2;
      for (let row: i32 = 0; row < height; row++) {
        const firstDown: i32 = (row + beforeDown) % strideHeight;
        const lineOfSignal: usize = signal + <usize>((row + beforeDown) / strideHeight + above) * line + offset;
        const lineOfFilter: usize = filter + <usize>(firstDown * filterWidth) * pixel + offset;
        const lineOfX: usize = dx + <usize>((b * height + row) * width) * pixel + offset;
        for (let phase: i32 = 0; phase < strideWidth; phase++) {
          const firstAcross: i32 = (phase + beforeAcross) % strideWidth;
          const from: usize = lineOfSignal + <usize>((phase + beforeAcross) / strideWidth + left) * pixel;
          const taps: usize = lineOfFilter + <usize>firstAcross * pixel;
          const to: usize = lineOfX + <usize>phase * pixel;
          inputs(from, taps, to, (width - phase + strideWidth - 1) / strideWidth, bytes, firstDown, firstAcross);
        }
      }
    }
  }
}

/** `count` inputs of a row, four at a time; the last four may overlap those before, fewer than four go one by one. */
function inputs(
  from: usize,
  taps: usize,
  to: usize,
  count: i32,
  bytes: usize,
  firstDown: i32,
  firstAcross: i32,
): void {
  if (count < 4) {
    for (let i: i32 = 0; i < count; i++) {
      const z: usize = from + <usize>i * pixel;
      const x: usize = to + <usize>i * apart;
      for (let c: usize = 0; c < bytes; c += 16) tile(z + c, taps + c, x + c, firstDown, firstAcross, false, false);
    }
    return;
  }
  const eights: usize = bytes & ~31;
  for (let i: i32 = 0; i < count; i += 4) {
    const start: i32 = min(i, count - 4);
    const z: usize = from + <usize>start * pixel;
    const x: usize = to + <usize>start * apart;
    for (let c: usize = 0; c < eights; c += 32) tile(z + c, taps + c, x + c, firstDown, firstAcross, true, true);
    if (eights < bytes) tile(z + eights, taps + eights, x + eights, firstDown, firstAcross, true, false);
  }
}

/** One or `four` inputs, four or `eight` channels of each. The choices are known where this is called, and cost nothing. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function tile(
  z: usize,
  w: usize,
  x: usize,
  firstDown: i32,
  firstAcross: i32,
  four: bool,
  eight: bool,
): void {
  // A local stays in a register, where something global is read again and again.
  const height = filterHeight;
  const width = filterWidth;
  const down = strideHeight;
  const across = strideWidth;
  const nextPixel = pixel;
  const nextTap = apart;
  const previous = aside;
  const lineBefore = back;
  const nextTaps = tapDown;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let i: i32 = firstDown; i < height; i += down) {
    let z0: usize = z;
    let z1: usize = z + nextPixel;
    let z2: usize = z1 + nextPixel;
    let z3: usize = z2 + nextPixel;
    let weights: usize = w;
    for (let j: i32 = firstAcross; j < width; j += across) {
      const w0 = v128.load(weights);
      s00 = f32x4.add(s00, f32x4.mul(v128.load(z0), w0));
      if (four) {
        s10 = f32x4.add(s10, f32x4.mul(v128.load(z1), w0));
        s20 = f32x4.add(s20, f32x4.mul(v128.load(z2), w0));
        s30 = f32x4.add(s30, f32x4.mul(v128.load(z3), w0));
      }
      if (eight) {
        const w1 = v128.load(weights, 16);
        s01 = f32x4.add(s01, f32x4.mul(v128.load(z0, 16), w1));
        if (four) {
          s11 = f32x4.add(s11, f32x4.mul(v128.load(z1, 16), w1));
          s21 = f32x4.add(s21, f32x4.mul(v128.load(z2, 16), w1));
          s31 = f32x4.add(s31, f32x4.mul(v128.load(z3, 16), w1));
        }
      }
      z0 -= previous;
      z1 -= previous;
      z2 -= previous;
      z3 -= previous;
      weights += nextTap;
    }
    z -= lineBefore;
    w += nextTaps;
  }
  store2(x, s00, s01, eight);
  if (four) {
    store2(x + nextTap, s10, s11, eight);
    store2(x + 2 * nextTap, s20, s21, eight);
    store2(x + 3 * nextTap, s30, s31, eight);
  }
}

// @ts-expect-error: a decorator of AssemblyScript
@inline
function store2(to: usize, left: v128, right: v128, both: bool): void {
  v128.store(to, left);
  if (both) v128.store(to, right, 16);
}
