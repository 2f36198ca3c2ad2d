import { LRUCache } from "lru-cache";
import { type EncodedPicture, pictureMemoryBytes } from "./strips/encoded-picture.ts";

/**
 * Keeps pictures up to a number of bytes; the one that has not been asked for longest goes first. A
 * picture that is larger by itself is not kept.
 */
export class PictureCache {
  readonly #pictures: LRUCache<string, EncodedPicture>;

  constructor(readonly bytesMax: number) {
    // The library takes 0 for no limit.
    const maxSize = Math.max(1, bytesMax);
    this.#pictures = new LRUCache({ maxSize, sizeCalculation: pictureMemoryBytes });
  }

  /** Bytes of memory that the pictures take. */
  get bytes(): number {
    return this.#pictures.calculatedSize;
  }

  get(key: string): EncodedPicture | null {
    return this.#pictures.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#pictures.has(key);
  }

  put(key: string, picture: EncodedPicture): void {
    this.#pictures.set(key, picture);
  }

  delete(key: string): void {
    this.#pictures.delete(key);
  }
}
