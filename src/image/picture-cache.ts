import { type EncodedPicture, pictureMemoryBytes } from "./encoded-picture.ts";

/**
 * Keeps pictures up to a number of bytes; the one that has not been asked for longest goes first. A
 * picture that is larger by itself is not kept.
 */
export class PictureCache {
  /** In the order of use, the longest unused first. */
  readonly #pictures = new Map<string, EncodedPicture>();
  #bytes = 0;

  constructor(readonly bytesMax: number) {}

  /** Bytes of memory that the pictures take. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): EncodedPicture | null {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return null;
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    return picture;
  }

  put(key: string, picture: EncodedPicture): void {
    this.delete(key);
    const bytes = pictureMemoryBytes(picture);
    if (bytes > this.bytesMax) return;
    this.#pictures.set(key, picture);
    this.#bytes += bytes;
    for (const oldest of this.#pictures.keys()) {
      if (this.#bytes <= this.bytesMax) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return;
    this.#pictures.delete(key);
    this.#bytes -= pictureMemoryBytes(picture);
  }
}
