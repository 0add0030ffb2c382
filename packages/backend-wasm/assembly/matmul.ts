// AssemblyScript. Addresses are in bytes, numbers are float32.

/**
 * c = a·b with a [rows, depth] and c [rows, columns]. b lies in panels of eight columns, [⌈columns / 8⌉, depth, 8].
 *
 * Four rows at a time, so that eight sums, the two vectors of b and a number of a stay in registers. A small b stays in the
 * nearest cache while the rows pass; else rows go in blocks that stay in the next while all panels pass.
 */
export function matmul(a: usize, b: usize, c: usize, rows: i32, columns: i32, depth: i32): void {
  const block: i32 = depth * columns <= 6144 ? 4 : max(16, (32768 / depth) & ~3);
  const rowOfA: usize = <usize>depth << 2;
  const rowOfC: usize = <usize>columns << 2;
  for (let first: i32 = 0; first < rows; first += block) {
    const last: i32 = min(first + block, rows);
    for (let column: i32 = 0; column < columns; column += 8) {
      const panel: usize = b + ((<usize>column * <usize>depth) << 2);
      const end: usize = panel + (<usize>depth << 5);
      const width: i32 = min(8, columns - column);
      let row: i32 = first;
      let to: usize = c + <usize>row * rowOfC + (<usize>column << 2);
      for (; row + 4 <= last; row += 4) {
        let a0: usize = a + <usize>row * rowOfA;
        let a1: usize = a0 + rowOfA;
        let a2: usize = a1 + rowOfA;
        let a3: usize = a2 + rowOfA;
        let s00 = f32x4.splat(0);
        let s01 = s00;
        let s10 = s00;
        let s11 = s00;
        let s20 = s00;
        let s21 = s00;
        let s30 = s00;
        let s31 = s00;
        for (let p: usize = panel; p < end; p += 32) {
          const left = v128.load(p);
          const right = v128.load(p, 16);
          const x0 = v128.load32_splat(a0);
          s00 = f32x4.add(s00, f32x4.mul(x0, left));
          s01 = f32x4.add(s01, f32x4.mul(x0, right));
          const x1 = v128.load32_splat(a1);
          s10 = f32x4.add(s10, f32x4.mul(x1, left));
          s11 = f32x4.add(s11, f32x4.mul(x1, right));
          const x2 = v128.load32_splat(a2);
          s20 = f32x4.add(s20, f32x4.mul(x2, left));
          s21 = f32x4.add(s21, f32x4.mul(x2, right));
          const x3 = v128.load32_splat(a3);
          s30 = f32x4.add(s30, f32x4.mul(x3, left));
          s31 = f32x4.add(s31, f32x4.mul(x3, right));
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
        }
        write(to, s00, s01, width);
        write(to + rowOfC, s10, s11, width);
        write(to + 2 * rowOfC, s20, s21, width);
        write(to + 3 * rowOfC, s30, s31, width);
        to += 4 * rowOfC;
      }
      for (; row < last; row++, to += rowOfC) {
        let from: usize = a + <usize>row * rowOfA;
        let s0 = f32x4.splat(0);
        let s1 = s0;
        for (let p: usize = panel; p < end; p += 32, from += 4) {
          const x = v128.load32_splat(from);
          s0 = f32x4.add(s0, f32x4.mul(x, v128.load(p)));
          s1 = f32x4.add(s1, f32x4.mul(x, v128.load(p, 16)));
        }
        write(to, s0, s1, width);
      }
    }
  }
}

/** The first `width` of eight numbers. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function write(to: usize, left: v128, right: v128, width: i32): void {
  if (width == 8) {
    v128.store(to, left);
    v128.store(to, right, 16);
  } else writeSome(to, left, right, width);
}

function writeSome(to: usize, left: v128, right: v128, width: i32): void {
  let some = left;
  if (width >= 4) {
    v128.store(to, left);
    some = right;
    to += 16;
    width -= 4;
  }
  if (width > 0) v128.store32_lane(to, some, 0);
  if (width > 1) v128.store32_lane(to, some, 1, 4);
  if (width > 2) v128.store32_lane(to, some, 2, 8);
}
