/**
 * A zlib stream (RFC 1950) that lives as long as its connection, decompressed synchronously.
 *
 * Bun documents no synchronous call for a stream in pieces, so this drives the handle inside
 * `zlib.createInflate`, by far the fastest way there is. The first stream tests whether the handle
 * does what is needed here.
 */
import zlib from "node:zlib";
import { ProtocolError } from "./errors.ts";

/** What is used of the handle. Sizes and offsets are in bytes. */
interface InflateHandle {
  onerror: (message: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputBytes: number,
    output: Uint8Array,
    outputOffset: number,
    outputBytes: number,
  ): void;
}

export interface ZlibInflate {
  /** Null once it is closed. */
  readonly _handle: InflateHandle | null;
  /** After `writeSync`: bytes of the output left free, bytes of the input left over. */
  readonly _writeState: Uint32Array;
  reset(): void;
  close(): void;
}

/**
 * Input that zlib is given at a time: what says nothing, such as empty blocks, is gone through in
 * well under a millisecond.
 */
const pieceBytes = 16 * 1024;

const noBytes = new Uint8Array(0);
const spare = new Uint8Array(1);
let selfTested = false;

export class InflateStream {
  readonly #zlib: ZlibInflate;
  #input: Uint8Array = noBytes;
  #inputOffset = 0;
  #error: string | null = null;

  /** `what`: whose data it is, for error texts. */
  constructor(
    private readonly what: string,
    zlibInflate: ZlibInflate = createZlibInflate(),
  ) {
    this.#zlib = zlibInflate;
    this.#handle().onerror = (message) => {
      this.#error = message;
    };
  }

  /** The next part of the stream, flushed by the sender. It is read from until `finish`. */
  start(compressed: Uint8Array): void {
    this.#input = compressed;
    this.#inputOffset = 0;
  }

  /**
   * Decompresses up to `count` bytes into `output`; gives fewer only when the part has no more.
   * Yields after each piece of input that does not fill the output.
   */
  *inflateSome(output: Uint8Array, offset: number, count: number): Generator<void, number> {
    for (let inflated = 0; ;) {
      const before = this.#inputOffset;
      const some = this.#inflatePiece(output, offset + inflated, count - inflated);
      inflated += some;
      const isOver = this.#inputOffset === this.#input.length;
      // Behind the end of a zlib stream nothing is taken any more.
      const isStuck = some === 0 && this.#inputOffset === before;
      if (inflated === count || isOver || isStuck) return inflated;
      yield;
    }
  }

  #inflatePiece(output: Uint8Array, offset: number, count: number): number {
    const pieceEnd = Math.min(this.#input.length, this.#inputOffset + pieceBytes);
    this.#handle().writeSync(
      zlib.constants.Z_SYNC_FLUSH,
      this.#input,
      this.#inputOffset,
      pieceEnd - this.#inputOffset,
      output,
      offset,
      count,
    );
    // The state is not written when zlib reports an error.
    const [outputFree, inputLeft] = this.#zlib._writeState;
    if (this.#error !== null) {
      throw new ProtocolError(`Cannot inflate ${this.what}: ${this.#error}`);
    }
    this.#inputOffset = pieceEnd - inputLeft;
    return count - outputFree;
  }

  /**
   * Decompresses `count` bytes into `output`, as `inflateSome` does. Throws ProtocolError if the
   * part has fewer.
   */
  *inflate(output: Uint8Array, offset: number, count: number): Generator<void, void> {
    const inflated = yield* this.inflateSome(output, offset, count);
    if (inflated < count) {
      throw new ProtocolError(
        `Cannot inflate ${this.what}: data ended ${count - inflated} bytes early`,
      );
    }
  }

  /** Ends the part. Throws ProtocolError unless all of it has been taken. */
  *finish(): Generator<void, void> {
    const excess = yield* this.inflateSome(spare, 0, 1);
    const left = this.#input.length - this.#inputOffset;
    this.#input = noBytes;
    this.#inputOffset = 0;
    if (excess > 0 || left > 0) {
      throw new ProtocolError(`Cannot inflate ${this.what}: data left over, wanted its end`);
    }
  }

  /** Forgets everything: the next part begins a new zlib stream. */
  reset(): void {
    this.#zlib.reset();
  }

  close(): void {
    this.#zlib.close();
  }

  #handle(): InflateHandle {
    if (this.#zlib._handle === null) throw new Error(`Cannot inflate ${this.what}: stream closed`);
    return this.#zlib._handle;
  }
}

function createZlibInflate(): ZlibInflate {
  const create = () => zlib.createInflate({ chunkSize: 64 }) as unknown as ZlibInflate;
  if (!selfTested) {
    selfTest(create());
    selfTested = true;
  }
  return create();
}

/**
 * Throws unless the handle inflates across parts, into pieces, and reports bad data. It is no
 * documented interface: a Bun in which it differs must say so, not show wrong pictures.
 */
export function selfTest(zlibInflate: ZlibInflate): void {
  try {
    const stream = new InflateStream("self-test", zlibInflate);
    const output = new Uint8Array(26);
    stream.start(Buffer.from("789c4a4c4a4e494d4bcf5048843200000000ffff", "hex"));
    atOnce(stream.inflate(output, 0, 10));
    atOnce(stream.inflate(output, 10, 7));
    atOnce(stream.finish());
    stream.start(Buffer.from("82d18a00000000ffff", "hex"));
    atOnce(stream.inflate(output, 17, 9));
    atOnce(stream.finish());
    const text = Buffer.from(output).toString("latin1");
    if (text !== "abcdefgh abcdefghabcdefgh!") throw new Error(`inflated to "${text}"`);
    stream.start(Buffer.from("ffff", "hex"));
    let refused = false;
    try {
      atOnce(stream.finish());
    } catch {
      refused = true;
    }
    if (!refused) throw new Error("bad data was accepted");
  } catch (cause) {
    throw new Error(
      `Cannot use zlib of Bun ${process.versions["bun"]}: its synchronous inflate works differently, wanted as in 1.4.5`,
      { cause },
    );
  } finally {
    zlibInflate.close();
  }
}

function atOnce(work: Generator<void, void>): void {
  while (work.next().done !== true);
}
