/**
 * The DCT of 8x8 samples (ITU-T T.81, A.3.3), along the rows, then along the columns, by the method
 * of Loeffler, Ligtenberg and Moschytz (1989), and quantization (A.3.4). Cosines have 13 bits
 * behind the point, numbers between the two steps have 2, and rounding is where libjpeg's accurate
 * integer DCT has it, so that files can be compared byte by byte. For the same reason some
 * constants are one off: they are sums of rounded ones.
 */
import { lowerHalves, pairOf, upperHalves, zipHigh, zipLow } from "./lanes.ts";

/** Bytes of 8 coefficients, and of 8 factors. */
const rowBytes: usize = 16;
const factorRowBytes: usize = 32;

/**
 * Transforms a block and multiplies it by `factors` (see quantization.ts). Writes 8 rows of 8
 * coefficients, 16 bits each, in each row in the order of `columnOrder`. Returns a bit for each, in
 * the order of the file: whether it is other than 0. The first one counts as 0; if all do, nothing
 * but the first one has been written.
 */
export function transformBlock(
  samples: usize,
  sampleRowBytes: usize,
  factors: usize,
  coefficients: usize,
): u64 {
  if (isFlat(samples, sampleRowBytes)) {
    const sums = i16x8.shl(v128.load(samples), 3);
    v128.store(coefficients, quantizeSums(sums, factors));
    return 0;
  }
  for (let row: usize = 0; row < 8; row++) {
    v128.store(coefficients + row * rowBytes, transformRow(samples + row * sampleRowBytes));
  }
  return transformColumns(coefficients, factors);
}

/**
 * Whether all samples are the same. Looks at the first and the last row first, which settles most
 * blocks.
 */
function isFlat(samples: usize, sampleRowBytes: usize): bool {
  const flat = v128.load16_splat(samples);
  if (v128.any_true(v128.xor(v128.load(samples), flat))) return false;
  let different = v128.xor(v128.load(samples + 7 * sampleRowBytes), flat);
  if (v128.any_true(different)) return false;
  for (let row: usize = 1; row < 7; row++) {
    different = v128.or(different, v128.xor(v128.load(samples + row * sampleRowBytes), flat));
  }
  return !v128.any_true(different);
}

/**
 * From 8 samples, times 32, to 8 numbers, times 4, in the order of `columnOrder`. Each lane of the
 * four products is two of the four terms of one number.
 */
function transformRow(samples: usize): v128 {
  const row = v128.load(samples);
  const reversed = i8x16.shuffle(row, row, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
  const sums = i16x8.add(row, reversed);
  const differences = i16x8.sub(row, reversed);
  const half = i32x4.splat(0x8000);
  const even = i32x4.add(
    dot(firstPair(sums), i16x8(8192, 8192, 8192, -8192, 10703, 4433, 4433, -10704)),
    dot(secondPair(sums), i16x8(8192, 8192, -8192, 8192, -4433, -10703, 10704, -4433)),
  );
  const odd = i32x4.add(
    dot(firstPair(differences), i16x8(11363, 9633, 9633, -2259, 6437, -11362, 2260, -6436)),
    dot(secondPair(differences), i16x8(6437, 2260, -11362, -6436, 2261, 9633, 9633, -11363)),
  );
  return upperHalves(i32x4.add(even, half), i32x4.add(odd, half));
}

/** The same along the columns, and quantization. */
function transformColumns(coefficients: usize, factors: usize): u64 {
  const in0 = v128.load(coefficients);
  const in1 = v128.load(coefficients + rowBytes);
  const in2 = v128.load(coefficients + rowBytes * 2);
  const in3 = v128.load(coefficients + rowBytes * 3);
  const in4 = v128.load(coefficients + rowBytes * 4);
  const in5 = v128.load(coefficients + rowBytes * 5);
  const in6 = v128.load(coefficients + rowBytes * 6);
  const in7 = v128.load(coefficients + rowBytes * 7);

  const sum0 = i16x8.add(in0, in7);
  const sum1 = i16x8.add(in1, in6);
  const sum2 = i16x8.add(in2, in5);
  const sum3 = i16x8.add(in3, in4);
  const outer = i16x8.add(sum0, sum3);
  const inner = i16x8.add(sum1, sum2);
  const row0 = quantizeSums(i16x8.add(outer, inner), factors);
  const row4 = quantizeSums(i16x8.sub(outer, inner), factors + factorRowBytes * 4);

  const even0 = i16x8.sub(sum0, sum3);
  const even1 = i16x8.sub(sum1, sum2);
  let low = zipLow(even0, even1);
  let high = zipHigh(even0, even1);
  const row2 = quantize(
    dot(low, pairOf(10703, 4433)),
    dot(high, pairOf(10703, 4433)),
    factors + factorRowBytes * 2,
  );
  const row6 = quantize(
    dot(low, pairOf(4433, -10704)),
    dot(high, pairOf(4433, -10704)),
    factors + factorRowBytes * 6,
  );

  const odd0 = i16x8.sub(in0, in7);
  const odd1 = i16x8.sub(in1, in6);
  const odd2 = i16x8.sub(in2, in5);
  const odd3 = i16x8.sub(in3, in4);
  low = zipLow(odd0, odd1);
  high = zipHigh(odd0, odd1);
  const low23 = zipLow(odd2, odd3);
  const high23 = zipHigh(odd2, odd3);
  const row1 = quantize(
    dots(low, low23, pairOf(11363, 9633), pairOf(6437, 2260)),
    dots(high, high23, pairOf(11363, 9633), pairOf(6437, 2260)),
    factors + factorRowBytes,
  );
  const row3 = quantize(
    dots(low, low23, pairOf(9633, -2259), pairOf(-11362, -6436)),
    dots(high, high23, pairOf(9633, -2259), pairOf(-11362, -6436)),
    factors + factorRowBytes * 3,
  );
  const row5 = quantize(
    dots(low, low23, pairOf(6437, -11362), pairOf(2261, 9633)),
    dots(high, high23, pairOf(6437, -11362), pairOf(2261, 9633)),
    factors + factorRowBytes * 5,
  );
  const row7 = quantize(
    dots(low, low23, pairOf(2260, -6436), pairOf(9633, -11363)),
    dots(high, high23, pairOf(2260, -6436), pairOf(9633, -11363)),
    factors + factorRowBytes * 7,
  );

  v128.store(coefficients, row0);
  v128.store(coefficients + rowBytes, row1);
  v128.store(coefficients + rowBytes * 2, row2);
  v128.store(coefficients + rowBytes * 3, row3);
  v128.store(coefficients + rowBytes * 4, row4);
  v128.store(coefficients + rowBytes * 5, row5);
  v128.store(coefficients + rowBytes * 6, row6);
  v128.store(coefficients + rowBytes * 7, row7);
  return presence(
    i8x16.narrow_i16x8_s(row0, row1),
    i8x16.narrow_i16x8_s(row2, row3),
    i8x16.narrow_i16x8_s(row4, row5),
    i8x16.narrow_i16x8_s(row6, row7),
  );
}

function dot(pairs: v128, constants: v128): v128 {
  return i32x4.dot_i16x8_s(pairs, constants);
}

function dots(pairs: v128, pairs23: v128, constants: v128, constants23: v128): v128 {
  return i32x4.add(dot(pairs, constants), dot(pairs23, constants23));
}

function firstPair(row: v128): v128 {
  return i8x16.shuffle(row, row, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
}

function secondPair(row: v128): v128 {
  return i8x16.shuffle(row, row, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
}

/** A row with 2 bits behind the point. */
function quantizeSums(row: v128, factors: usize): v128 {
  const rounded = v128.and(i16x8.add(row, i16x8.splat(2)), i16x8.splat(~3));
  return multiply(i32x4.extend_low_i16x8_s(rounded), i32x4.extend_high_i16x8_s(rounded), factors);
}

/** A row with 15 bits behind the point. */
function quantize(low: v128, high: v128, factors: usize): v128 {
  const half = i32x4.splat(0x4000);
  const whole = i32x4.splat(~0x7fff);
  return multiply(
    v128.and(i32x4.add(low, half), whole),
    v128.and(i32x4.add(high, half), whole),
    factors,
  );
}

/** Rounds by adding 1.5 * 2^23, which leaves no room in a float for what is behind the point. */
function multiply(low: v128, high: v128, factors: usize): v128 {
  const noFraction = f32x4.splat(12582912);
  const products = f32x4.mul(f32x4.convert_i32x4_s(low), v128.load(factors));
  const products2 = f32x4.mul(f32x4.convert_i32x4_s(high), v128.load(factors + 16));
  return lowerHalves(f32x4.add(products, noFraction), f32x4.add(products2, noFraction));
}

/**
 * Which coefficients are not 0, from a byte for each, two rows to a vector: puts 16 at a time in
 * zigzag order.
 */
function presence(rows01: v128, rows23: v128, rows45: v128, rows67: v128): u64 {
  let a = i8x16.shuffle(rows01, rows23, 0, 4, 8, 16, 12, 2, 5, 10, 20, 24, 0, 28, 18, 13, 1, 6);
  a = i8x16.shuffle(a, rows45, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 11, 12, 13, 14, 15);
  let low = zerosOf(a);
  a = i8x16.shuffle(rows01, rows23, 9, 21, 26, 0, 0, 0, 0, 0, 29, 17, 14, 3, 7, 11, 22, 25);
  let b = i8x16.shuffle(rows45, rows67, 0, 0, 0, 4, 8, 16, 12, 2, 0, 0, 0, 0, 0, 0, 0, 0);
  a = i8x16.shuffle(a, b, 0, 1, 2, 19, 20, 21, 22, 23, 8, 9, 10, 11, 12, 13, 14, 15);
  low |= zerosOf(a) << 16;
  a = i8x16.shuffle(rows01, rows23, 0, 0, 0, 0, 0, 0, 0, 0, 30, 19, 15, 23, 27, 0, 0, 0);
  b = i8x16.shuffle(rows45, rows67, 5, 10, 20, 24, 28, 18, 13, 1, 0, 0, 0, 0, 0, 6, 9, 21);
  a = i8x16.shuffle(a, b, 16, 17, 18, 19, 20, 21, 22, 23, 8, 9, 10, 11, 12, 29, 30, 31);
  let high = zerosOf(a);
  b = i8x16.shuffle(rows45, rows67, 26, 29, 17, 14, 3, 0, 7, 11, 22, 25, 30, 19, 15, 23, 27, 31);
  b = i8x16.shuffle(b, rows23, 0, 1, 2, 3, 4, 31, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  high |= zerosOf(b) << 16;
  return ~(low | (high << 32)) & ~1;
}

function zerosOf(bytes: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0)));
}
