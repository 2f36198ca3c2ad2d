/**
 * How coarse the coefficients are at a quality (ITU-T T.81, A.3.4), scaled as libjpeg scales the
 * tables of Annex K.
 */
import { chrominanceSteps, luminanceSteps } from "./tables.ts";

/** Where the DCT leaves the coefficients of columns 0 to 7 in a row. */
export const columnOrder: usize = memory.data<u8>([0, 4, 2, 5, 1, 6, 3, 7]);

/** Steps of 64 coefficients, 8 bits each, row by row. */
export const luminance: usize = memory.data(64);
export const chrominance: usize = memory.data(64);

/** What the coefficients are multiplied by, 32-bit floats in the order of the DCT. */
export const luminanceFactors: usize = memory.data(256, 16);
export const chrominanceFactors: usize = memory.data(256, 16);

let preparedQuality: i32 = 0;

/** Prepares the tables for a quality of 1 to 100. */
export function setQuality(quality: i32): void {
  if (quality == preparedQuality) return;
  preparedQuality = quality;
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  scale(luminanceSteps, percent, luminance, luminanceFactors);
  scale(chrominanceSteps, percent, chrominance, chrominanceFactors);
}

function scale(standard: usize, percent: i32, steps: usize, factors: usize): void {
  for (let i = 0; i < 64; i++) {
    const step = min(max((<i32>load<u8>(standard + i) * percent + 50) / 100, 1), 255);
    store<u8>(steps + i, <u8>step);
    const place = (i & ~7) | load<u8>(columnOrder + (i & 7));
    store<f32>(factors + place * 4, factorOf(step, i >> 3));
  }
}

/**
 * The DCT's numbers are coefficients times 8, with 2 bits behind the point in rows 0 and 4 and 15
 * in the others. A factor is a little more than the quotient, so that a half is rounded away from
 * 0, as libjpeg does it; too little to matter to what is not a half, since those numbers have at
 * most 14 bits before the point.
 */
function factorOf(step: i32, row: i32): f32 {
  const unit = (row & 3) == 0 ? 1 << 2 : 1 << 15;
  return <f32>((1 + 1 / 32768.0) / <f64>(step * 8 * unit));
}
