import type { BufferPool } from "../../bytes/buffer-pool.ts";

/**
 * Words that are free before the pixels, so that a codec can put a header in front without copying.
 */
export const headerWords = 16;

/**
 * Rows of pixels 0x??RRGGBB. The first pixel is word `start`, and the first of each row stands
 * `stride` words behind that of the row above.
 */
export interface PixelRows {
  readonly width: number;
  readonly rows: number;
  readonly words: Int32Array;
  readonly start: number;
  readonly stride: number;
}

/** Rows in memory of their own, behind `headerWords`, with nothing between them. */
export interface PixelStrip extends PixelRows {
  readonly words: Int32Array<ArrayBuffer>;
  readonly start: typeof headerWords;
}

/** A strip that holds anything. Its `words.buffer` belongs to the pool. */
export function takeStrip(pool: BufferPool, width: number, rows: number): PixelStrip {
  const wordCount = headerWords + width * rows;
  const words = new Int32Array(pool.take(wordCount * 4), 0, wordCount);
  return { width, rows, words, start: headerWords, stride: width };
}

/** A black strip in memory of its own. */
export function createStrip(width: number, rows: number): PixelStrip {
  const words = new Int32Array(headerWords + width * rows);
  return { width, rows, words, start: headerWords, stride: width };
}

/** A copy, whose `words.buffer` belongs to the pool. */
export function copyRows(pool: BufferPool, pixels: PixelRows): PixelStrip {
  const copy = takeStrip(pool, pixels.width, pixels.rows);
  putRows(copy, pixels);
  return copy;
}

/** Copies pixels to a place of the same size. */
export function putRows(target: PixelRows, source: PixelRows): void {
  const { width, rows, words, start, stride } = source;
  if (stride === width && target.stride === width) {
    target.words.set(words.subarray(start, start + width * rows), target.start);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const from = start + row * stride;
    target.words.set(words.subarray(from, from + width), target.start + row * target.stride);
  }
}
