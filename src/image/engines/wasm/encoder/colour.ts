/**
 * From pixels to samples of Y, Cb and Cr (JFIF 1.02), of Cb and Cr one for 2x2 pixels. Computed
 * with 16 bits behind the point, and rounded as libjpeg does it, so that files can be compared byte
 * by byte.
 */
import { pairOf, upperHalves } from "./lanes.ts";

/** Samples are kept as (sample - 128) * 32, 16 bits each, which is what the DCT begins with. */
export const yRowBytes: usize = 32;
export const chromaRowBytes: usize = 16;

/** The samples of one group of 16x16 pixels (MCU): 16x16 of Y, 8x8 of Cb, 8x8 of Cr. */
export const ySamples: usize = memory.data(16 * 32, 16);
export const cbSamples: usize = memory.data(8 * 16, 16);
export const crSamples: usize = memory.data(8 * 16, 16);

/** Converts a group of which 1 to 16 rows exist; the others repeat the samples of the last one. */
export function convertGroup(pixels: usize, rowBytes: usize, rows: i32): void {
  const pairs = (rows + 1) >> 1;
  for (let pair = 0; pair < pairs; pair++) {
    const above = pixels + <usize>(pair * 2) * rowBytes;
    const below = pair * 2 + 1 < rows ? above + rowBytes : above;
    const y = ySamples + <usize>(pair * 2) * yRowBytes;
    const chroma = <usize>pair * chromaRowBytes;
    convertEight(above, below, y, chroma);
    convertEight(above + 32, below + 32, y + 16, chroma + 8);
  }
  for (let row = pairs * 2; row < 16; row++) {
    const y = ySamples + <usize>row * yRowBytes;
    v128.store(y, v128.load(y - yRowBytes));
    v128.store(y + 16, v128.load(y - yRowBytes + 16));
  }
  for (let row = pairs; row < 8; row++) {
    const cb = cbSamples + <usize>row * chromaRowBytes;
    const cr = crSamples + <usize>row * chromaRowBytes;
    v128.store(cb, v128.load(cb - chromaRowBytes));
    v128.store(cr, v128.load(cr - chromaRowBytes));
  }
}

/** 8 pixels of two rows: 2x8 samples of Y, 4 of Cb, 4 of Cr. */
function convertEight(above: usize, below: usize, y: usize, chroma: usize): void {
  const pixels0 = v128.load(above);
  const pixels1 = v128.load(above, 16);
  const pixels2 = v128.load(below);
  const pixels3 = v128.load(below, 16);
  const blueRed0 = blueRedOf(pixels0);
  const blueRed1 = blueRedOf(pixels1);
  const blueRed2 = blueRedOf(pixels2);
  const blueRed3 = blueRedOf(pixels3);
  const green0 = greenOf(pixels0);
  const green1 = greenOf(pixels1);
  const green2 = greenOf(pixels2);
  const green3 = greenOf(pixels3);
  const y0 = upperHalves(luma(blueRed0, green0), luma(blueRed1, green1));
  const y1 = upperHalves(luma(blueRed2, green2), luma(blueRed3, green3));
  v128.store(y, i16x8.mul(y0, i16x8.splat(32)));
  v128.store(y + yRowBytes, i16x8.mul(y1, i16x8.splat(32)));
  const cb = i16x8.add(
    upperHalves(minusCb(blueRed0, green0), minusCb(blueRed1, green1)),
    upperHalves(minusCb(blueRed2, green2), minusCb(blueRed3, green3)),
  );
  const cr = i16x8.add(
    upperHalves(minusCr(blueRed0, green0), minusCr(blueRed1, green1)),
    upperHalves(minusCr(blueRed2, green2), minusCr(blueRed3, green3)),
  );
  const averages = averagesOf(cb, cr);
  v128.store64_lane(cbSamples + chroma, averages, 0);
  v128.store64_lane(crSamples + chroma, averages, 1);
}

/** Lanes of 16 bits: blue and red of each pixel. */
function blueRedOf(pixels: v128): v128 {
  return v128.and(pixels, i32x4.splat(0x00ff00ff));
}

/** Lanes of 16 bits: green of each pixel, twice, since factors above 0.5 do not fit into a lane. */
function greenOf(pixels: v128): v128 {
  const zero = i8x16.splat(0);
  return i8x16.shuffle(pixels, zero, 1, 16, 1, 16, 5, 16, 5, 16, 9, 16, 9, 16, 13, 16, 13, 16);
}

/** Y - 128 = 0.299 R + 0.587 G + 0.114 B - 128 */
function luma(blueRed: v128, green: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(blueRed, pairOf(7471, 19595)),
    i32x4.dot_i16x8_s(green, pairOf(19235, 19235)),
  );
  return i32x4.add(sum, i32x4.splat(0x8000 - (128 << 16)));
}

/** 128 - Cb = 0.1687 R + 0.3313 G - 0.5 B; the other way round since -0.5 fits into a lane. */
function minusCb(blueRed: v128, green: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(blueRed, pairOf(-0x8000, 11058)),
    i32x4.dot_i16x8_s(green, pairOf(10855, 10855)),
  );
  return i32x4.add(sum, i32x4.splat(0x8000));
}

/** 128 - Cr = -0.5 R + 0.4187 G + 0.0813 B */
function minusCr(blueRed: v128, green: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(blueRed, pairOf(5329, -0x8000)),
    i32x4.dot_i16x8_s(green, pairOf(13719, 13720)),
  );
  return i32x4.add(sum, i32x4.splat(0x8000));
}

/**
 * Four samples of Cb and four of Cr from the negative sums of two pixels each: averages of four,
 * which are rounded from the half on down in even columns, up in odd ones.
 */
function averagesOf(cb: v128, cr: v128): v128 {
  const one = i16x8.splat(1);
  const fours = i16x8.narrow_i32x4_s(i32x4.dot_i16x8_s(cb, one), i32x4.dot_i16x8_s(cr, one));
  const rounded = v128.and(i16x8.add(fours, pairOf(2, 1)), i16x8.splat(~3));
  return i16x8.mul(rounded, i16x8.splat(-32 / 4));
}
