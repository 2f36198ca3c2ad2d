/** Ways to put lanes of 16 bits side by side. */

/** The lower half of each lane of 32 bits, those of `a` first. */
export function lowerHalves(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29);
}

/** The upper half of each lane of 32 bits: a shift by 16, which would take longer. */
export function upperHalves(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
}

/** Pairs of the first four lanes of each. */
export function zipLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}

/** Pairs of the last four lanes of each. */
export function zipHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

/** Lanes a, b, a, b ... */
export function pairOf(a: i32, b: i32): v128 {
  return i32x4.splat((b << 16) | (a & 0xffff));
}
