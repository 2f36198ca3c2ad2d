import { EndOfStreamError } from "./errors.ts";

/**
 * Where the bytes come from: told to stop while nobody reads, so that a fast peer cannot fill the
 * memory.
 */
export interface ByteSource {
  pause(): void;
  resume(): void;
}

/** Bytes that may wait unread before the source is paused. */
const unreadBytesMax = 1024 * 1024;

/**
 * Up to so many bytes are copied when they are read, rather than keep a chunk from being freed; and
 * more, where they are less than half of what would be kept.
 */
const copiedBytesMax = 4096;

/**
 * Chunks from this size on are freed as soon as they have been read, smaller ones by the garbage
 * collector.
 */
const freedBytesMin = 64 * 1024;

/** So few bytes are copied one by one, without an object for the part that they are. */
const headBytesMax = 16;

/** What a reader waits for. */
interface Wanted {
  /** Bytes that are still wanted. */
  count: number;
  /** Where they go as they come; empty if they are to be kept. */
  target: Uint8Array;
}

interface Waiting extends Wanted {
  resolve(missingBytes: number): void;
}

/** What a reader of bytes needs who does not care where they come from. */
export type ByteReader = Pick<ByteStream, "take" | "takeByte" | "read" | "readByte" | "readInto">;

const noTarget: Uint8Array = new Uint8Array(0);

/**
 * An exact reader over chunks of any size: `read(n)` gives n bytes, however they arrived. One
 * reader at a time.
 *
 * Many bytes are given out without a copy when they are most of a chunk; what was given out stays
 * valid.
 */
export class ByteStream {
  readonly #source: ByteSource;
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are used up. */
  #headOffset = 0;
  /** Whether somebody has been given a part of the first chunk. */
  #headIsLent = false;
  #availableBytes = 0;
  #receivedBytes = 0;
  /** The part of them that a reader has been told of. */
  #promisedBytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | null = null;
  #waiting: Waiting | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** All bytes that have come so far, read or not. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Bytes that can be taken without waiting. */
  get availableBytes(): number {
    return this.#availableBytes;
  }

  /** Takes the chunk over: nobody else may use it, or the memory that it fills. */
  push(chunk: Uint8Array): void {
    if (this.#ended || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#availableBytes += chunk.length;
    this.#receivedBytes += chunk.length;
    this.#settle();
    const unreadBytes = this.#availableBytes - this.#promisedBytes;
    if (this.#waiting === null && unreadBytes > unreadBytesMax && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  /**
   * No more bytes will come; what has come can still be read. `error`: why, if it was no ordinary
   * close.
   */
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
    const head = this.#chunks[0];
    const start = this.#headOffset;
    const isWorthLending = count > copiedBytesMax && 2 * count >= head.buffer.byteLength;
    if (isWorthLending && head.length - start >= count) {
      this.#headIsLent = true;
      this.#skip(count);
      return head.subarray(start, start + count);
    }
    const bytes = new Uint8Array(count);
    this.#fill(bytes);
    return bytes;
  }

  /** Fills the memory with the next bytes if they are all here; gives whether they are. */
  takeInto(bytes: Uint8Array): boolean {
    if (this.#availableBytes < bytes.length) return false;
    this.#fill(bytes);
    return true;
  }

  /** The next byte if it is here, else null. */
  takeByte(): number | null {
    if (this.#availableBytes === 0) return null;
    const byte = this.#chunks[0][this.#headOffset];
    this.#skip(1);
    return byte;
  }

  /** The next byte. Throws as `read` does. */
  async readByte(): Promise<number> {
    return (await this.read(1))[0];
  }

  /** Like `readByte`, but null when the stream ends cleanly before it. */
  async readByteOrEnd(): Promise<number | null> {
    return (await this.readOrEnd(1))?.[0] ?? null;
  }

  /**
   * The next `count` bytes. Throws EndOfStreamError when the stream ends before, or the error that
   * ended it.
   */
  async read(count: number): Promise<Uint8Array> {
    if (count > copiedBytesMax && this.#availableBytes < count) {
      // Kept as they come, a million chunks of a byte each would be hundreds of megabytes.
      const bytes = new Uint8Array(count);
      await this.readInto(bytes);
      return bytes;
    }
    const missingBytes = await this.#wait(count);
    if (missingBytes > 0) throw this.#endedBefore(count, missingBytes);
    return this.take(count)!;
  }

  /**
   * Like `read`, into memory of the caller's: chunks are freed as they come, and the next ones take
   * their place.
   */
  async readInto(bytes: Uint8Array): Promise<void> {
    const missingBytes = await this.#wait(bytes.length, bytes);
    if (missingBytes > 0) throw this.#endedBefore(bytes.length, missingBytes);
  }

  /**
   * Passes over the next `count` bytes, which are not kept however many they are. Throws as `read`
   * does.
   */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.#availableBytes === 0) {
        const missingBytes = await this.#wait(1);
        if (missingBytes > 0) throw this.#endedBefore(count, left);
      }
      const part = Math.min(left, this.#availableBytes, this.#chunks[0].length - this.#headOffset);
      this.#skip(part);
      left -= part;
    }
  }

  /** Like `read`, but null when the stream ends cleanly before the first byte. */
  async readOrEnd(count: number): Promise<Uint8Array | null> {
    const missingBytes = await this.#wait(count);
    if (missingBytes === 0) return this.take(count);
    if (missingBytes === count && this.#error === null) return null;
    throw this.#endedBefore(count, missingBytes);
  }

  #endedBefore(count: number, missingBytes: number): Error {
    const text = `Connection closed: ${count - missingBytes} bytes received, ${count} wanted`;
    return this.#error ?? new EndOfStreamError(text);
  }

  /** Takes as many bytes as the array has; they are here. */
  #fill(bytes: Uint8Array): void {
    for (let filled = 0; filled < bytes.length;) {
      const head = this.#chunks[0];
      const start = this.#headOffset;
      const count = Math.min(bytes.length - filled, head.length - start);
      if (count > headBytesMax) bytes.set(head.subarray(start, start + count), filled);
      else for (let index = 0; index < count; index++) bytes[filled + index] = head[start + index];
      filled += count;
      this.#skip(count);
    }
  }

  /** Goes on behind so many bytes of the first chunk. */
  #skip(count: number): void {
    this.#availableBytes -= count;
    this.#promisedBytes = Math.max(0, this.#promisedBytes - count);
    this.#headOffset += count;
    const head = this.#chunks[0];
    if (this.#headOffset < head.length) return;
    if (!this.#headIsLent) free(head);
    this.#chunks.shift();
    this.#headOffset = 0;
    this.#headIsLent = false;
  }

  /**
   * Waits until so many bytes are here, or in the target. Gives how many are missing when the
   * stream ends before.
   */
  #wait(count: number, target = noTarget): number | Promise<number> {
    if (this.#waiting !== null) throw new Error("Two readers on one ByteStream");
    const wanted = { count, target };
    const missingBytes = this.#missing(wanted);
    if (missingBytes === 0 || this.#ended) return missingBytes;
    return new Promise((resolve) => {
      this.#waiting = { ...wanted, resolve };
      if (this.#paused) {
        this.#paused = false;
        this.#source.resume();
      }
    });
  }

  /** Fills the target with what is here. Gives how many bytes are missing then. */
  #missing(wanted: Wanted): number {
    const filledBytes = Math.min(wanted.target.length, this.#availableBytes);
    if (filledBytes > 0) {
      this.#fill(wanted.target.subarray(0, filledBytes));
      wanted.target = wanted.target.subarray(filledBytes);
      wanted.count -= filledBytes;
    }
    return Math.max(0, wanted.count - this.#availableBytes);
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const missingBytes = this.#missing(waiting);
    if (missingBytes > 0 && !this.#ended) return;
    this.#waiting = null;
    // The reader takes them in a moment.
    if (missingBytes === 0) this.#promisedBytes = waiting.count;
    waiting.resolve(missingBytes);
  }
}

/**
 * Detaches the memory of a chunk, so that the next chunk can have it: left to the garbage
 * collector, each would come in fresh memory, which the system has to fill with zeros before (4 of
 * 10 ms of CPU for a screen, measured).
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < freedBytesMin || byteLength < buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
