// AssemblyScript. Kernels over the memory of TensorFlow.js's backend; addresses and lengths are in bytes, numbers are float32.

/** dx = dy where low < y < high, else 0. */
export function between(dy: usize, y: usize, dx: usize, length: usize, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const whole = length & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const value = v128.load(y + at);
    const inside = v128.and(f32x4.gt(value, lows), f32x4.lt(value, highs));
    v128.store(dx + at, v128.and(v128.load(dy + at), inside));
  }
  for (; at < length; at += 4) {
    const value = load<f32>(y + at);
    store<f32>(dx + at, value > low && value < high ? load<f32>(dy + at) : 0);
  }
}

/** dx = dy where x = y, else 0. */
export function equal(dy: usize, x: usize, y: usize, dx: usize, length: usize): void {
  const whole = length & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const same = f32x4.eq(v128.load(x + at), v128.load(y + at));
    v128.store(dx + at, v128.and(v128.load(dy + at), same));
  }
  for (; at < length; at += 4) {
    store<f32>(dx + at, load<f32>(x + at) == load<f32>(y + at) ? load<f32>(dy + at) : 0);
  }
}

/** dy [batch, height, width, channels] with margins of zeros; cut off where a margin is negative. */
export function margins(
  dy: usize,
  dz: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
): void {
  const pixel: usize = (<usize>channels) << 2;
  const line: usize = <usize>width * pixel;
  const lineOfZ: usize = <usize>(width + left + right) * pixel;
  const before: usize = <usize>max(left, 0) * pixel;
  const after: usize = <usize>max(right, 0) * pixel;
  const skipped: usize = <usize>max(-left, 0) * pixel;
  const inside: usize = lineOfZ - before - after;
  let to = dz;
  for (let b: i32 = 0; b < batch; b++) {
    for (let row: i32 = -top; row < height + bottom; row++, to += lineOfZ) {
      if (row < 0 || row >= height) {
        memory.fill(to, 0, lineOfZ);
        continue;
      }
      memory.fill(to, 0, before);
      memory.copy(to + before, dy + (<usize>b * <usize>height + <usize>row) * line + skipped, inside);
      memory.fill(to + before + inside, 0, after);
    }
  }
}
