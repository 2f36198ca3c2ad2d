import { EndOfStreamError } from "./errors.ts";

/** Where the bytes come from: told to stop while nobody reads, so that a fast peer cannot fill the memory. */
export interface ByteSource {
  pause(): void;
  resume(): void;
}

/** Bytes that may wait unread before the source is paused. */
const unreadBytesMax = 1024 * 1024;

interface Waiting {
  count: number;
  resolve(isHere: boolean): void;
}

/**
 * An exact reader over chunks of any size: `read(n)` gives n bytes, however they arrived. One reader at a time.
 *
 * The bytes given out are not copied when one chunk holds them all; they stay valid, since chunks are never reused.
 */
export class ByteStream {
  readonly #source: ByteSource;
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are used up. */
  #headOffset = 0;
  #availableBytes = 0;
  /** The part of them that a reader has been told of. */
  #promisedBytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | null = null;
  #waiting: Waiting | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Bytes that can be taken without waiting. */
  get availableBytes(): number {
    return this.#availableBytes;
  }

  push(chunk: Uint8Array): void {
    if (this.#ended || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#availableBytes += chunk.length;
    this.#settle();
    const unreadBytes = this.#availableBytes - this.#promisedBytes;
    if (this.#waiting === null && unreadBytes > unreadBytesMax && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  /** No more bytes will come; what has come can still be read. `error`: why, if it was no ordinary close. */
  end(error: Error | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#settle();
  }

  /** The next `count` bytes if they are all here, else null. */
  take(count: number): Uint8Array | null {
    if (this.#availableBytes < count) return null;
    if (count === 0) return new Uint8Array(0);
    this.#availableBytes -= count;
    this.#promisedBytes = Math.max(0, this.#promisedBytes - count);
    const head = this.#chunks[0];
    const start = this.#headOffset;
    if (head.length - start >= count) {
      this.#headOffset = start + count;
      if (this.#headOffset === head.length) this.#dropHead();
      return head.subarray(start, start + count);
    }
    const joined = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const chunk = this.#chunks[0];
      const part = chunk.subarray(
        this.#headOffset,
        Math.min(chunk.length, this.#headOffset + count - filled),
      );
      joined.set(part, filled);
      filled += part.length;
      this.#headOffset += part.length;
      if (this.#headOffset === chunk.length) this.#dropHead();
    }
    return joined;
  }

  /** The next `count` bytes. Throws EndOfStreamError when the stream ends before, or the error that ended it. */
  async read(count: number): Promise<Uint8Array> {
    if (!(await this.#has(count))) throw this.#endedBefore(count);
    return this.take(count)!;
  }

  /** Like `read`, in the pieces in which the bytes have come, without a copy. */
  async readPieces(count: number): Promise<Uint8Array[]> {
    if (!(await this.#has(count))) throw this.#endedBefore(count);
    const pieces: Uint8Array[] = [];
    for (let left = count; left > 0; left -= pieces.at(-1)!.length) {
      pieces.push(this.take(Math.min(left, this.#chunks[0].length - this.#headOffset))!);
    }
    return pieces;
  }

  /** Like `read`, but null when the stream ends cleanly before the first byte. */
  async readOrEnd(count: number): Promise<Uint8Array | null> {
    if (await this.#has(count)) return this.take(count);
    if (this.#availableBytes === 0 && this.#error === null) return null;
    throw this.#endedBefore(count);
  }

  #endedBefore(count: number): Error {
    return (
      this.#error ??
      new EndOfStreamError(
        `Connection closed: ${this.#availableBytes} bytes received, ${count} wanted`,
      )
    );
  }

  /** Waits until so many bytes are here; false when the stream ends before. */
  #has(count: number): boolean | Promise<boolean> {
    if (this.#waiting !== null) throw new Error("Two readers on one ByteStream");
    if (this.#availableBytes >= count) return true;
    if (this.#ended) return false;
    return new Promise((resolve) => {
      this.#waiting = { count, resolve };
      if (this.#paused) {
        this.#paused = false;
        this.#source.resume();
      }
    });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const isHere = this.#availableBytes >= waiting.count;
    if (!isHere && !this.#ended) return;
    this.#waiting = null;
    // The reader takes them in a moment.
    if (isHere) this.#promisedBytes = waiting.count;
    waiting.resolve(isHere);
  }

  #dropHead(): void {
    this.#chunks.shift();
    this.#headOffset = 0;
  }
}
