import { EndOfStreamError } from "./errors.ts";

/** Reads big-endian values from complete bytes, in order. Every read past the end throws. */
export class Cursor {
  readonly #view: DataView;
  #offset = 0;

  constructor(
    readonly bytes: Uint8Array,
    /** What the bytes are, for error texts. */
    private readonly what: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  /** The next `count` bytes, not copied: they live as long as the bytes read from. */
  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  skip(count: number): void {
    this.#advance(count);
  }

  #advance(count: number): number {
    if (count > this.remaining) {
      throw new EndOfStreamError(
        `Cannot read ${this.what}: ${this.remaining} bytes left at offset ${this.#offset}, ${count} wanted`,
      );
    }
    const start = this.#offset;
    this.#offset += count;
    return start;
  }
}
