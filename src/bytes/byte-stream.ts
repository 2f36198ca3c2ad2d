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
  resolve(bytes: Uint8Array | null): void;
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
    if (this.#waiting === null && this.#availableBytes > unreadBytesMax && !this.#paused) {
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
    const bytes = this.take(count) ?? (await this.#wait(count));
    if (bytes !== null) return bytes;
    throw (
      this.#error ??
      new EndOfStreamError(
        `Connection closed: ${this.#availableBytes} bytes received, ${count} wanted`,
      )
    );
  }

  /** Like `read`, but null when the stream ends cleanly before the first byte. */
  async readOrEnd(count: number): Promise<Uint8Array | null> {
    const bytes = this.take(count) ?? (await this.#wait(count));
    if (bytes === null && this.#availableBytes === 0 && this.#error === null) return null;
    return bytes ?? this.read(count);
  }

  #wait(count: number): Promise<Uint8Array | null> {
    if (this.#waiting !== null) throw new Error("Two readers on one ByteStream");
    if (this.#ended) return Promise.resolve(null);
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
    if (this.#availableBytes >= waiting.count) {
      this.#waiting = null;
      waiting.resolve(this.take(waiting.count));
    } else if (this.#ended) {
      this.#waiting = null;
      waiting.resolve(null);
    }
  }

  #dropHead(): void {
    this.#chunks.shift();
    this.#headOffset = 0;
  }
}
