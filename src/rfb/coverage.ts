import type { Rect } from "./rect.ts";
import type { Size } from "./size.ts";

const allBits = 0xffffffff;

/**
 * Which pixels of a screen have come from the host: a bit each, and each row in words of its own.
 */
export class Coverage {
  readonly #words: Uint32Array;
  readonly #rowWords: number;
  /** Words before this one have all their bits. */
  #firstMissing = 0;

  constructor({ width, height }: Size) {
    this.#rowWords = Math.ceil(width / 32);
    this.#words = new Uint32Array(this.#rowWords * height);
    const padding = width % 32 === 0 ? 0 : allBits >>> (width % 32);
    for (let row = 1; row <= height && width > 0; row++) {
      this.#words[row * this.#rowWords - 1] = padding;
    }
  }

  add({ x, y, width, height }: Rect): void {
    const firstBits = allBits >>> (x & 31);
    const last = x + width - 1;
    const lastBits = (allBits << (31 - (last & 31))) >>> 0;
    const words = this.#words;
    for (let row = y; row < y + height; row++) {
      const firstWord = row * this.#rowWords + (x >>> 5);
      const lastWord = row * this.#rowWords + (last >>> 5);
      if (firstWord === lastWord) {
        words[firstWord] |= firstBits & lastBits;
        continue;
      }
      words[firstWord] |= firstBits;
      words.fill(allBits, firstWord + 1, lastWord);
      words[lastWord] |= lastBits;
    }
  }

  get isComplete(): boolean {
    while (this.#words[this.#firstMissing] === allBits) this.#firstMissing++;
    return this.#firstMissing >= this.#words.length;
  }

  /** Bytes of memory that it takes for a screen. */
  static bytesFor({ width, height }: Size): number {
    return Math.ceil(width / 32) * 4 * height;
  }
}
