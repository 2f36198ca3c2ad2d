import type { BufferPool } from "../bytes/buffer-pool.ts";

/**
 * Words that are free before the pixels, so that a codec can put a header in front without copying.
 */
export const headerWords = 16;

/**
 * Some rows of a picture in memory of their own: `headerWords`, then width * rows pixels
 * 0x??RRGGBB.
 */
export interface PixelStrip {
  readonly width: number;
  readonly rows: number;
  readonly words: Int32Array<ArrayBuffer>;
}

/** Rows of pixels 0x??RRGGBB, one behind the other; the first pixel is word `start`. */
export interface PixelRows {
  readonly width: number;
  readonly words: Int32Array;
  readonly start: number;
}

/** A strip that holds anything. Its `words.buffer` belongs to the pool. */
export function takeStrip(pool: BufferPool, width: number, rows: number): PixelStrip {
  const wordCount = headerWords + width * rows;
  return { width, rows, words: new Int32Array(pool.take(wordCount * 4), 0, wordCount) };
}

/** A black strip in memory of its own. */
export function createStrip(width: number, rows: number): PixelStrip {
  return { width, rows, words: new Int32Array(headerWords + width * rows) };
}
