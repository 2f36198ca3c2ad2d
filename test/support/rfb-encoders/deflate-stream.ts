import zlib from "node:zlib";

/** A zlib stream as a host keeps it: each part ends on a byte, and the next builds on it. */
export class DeflateStream {
  readonly #deflate: zlib.Deflate;
  #chunks: Uint8Array[] = [];

  constructor(level = 6) {
    this.#deflate = zlib.createDeflate({ level });
    this.#deflate.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
  }

  async deflate(bytes: Uint8Array): Promise<Uint8Array> {
    if (bytes.length > 0) this.#deflate.write(bytes);
    await new Promise<void>((resolve) => {
      this.#deflate.flush(zlib.constants.Z_SYNC_FLUSH, () => resolve());
    });
    const compressed = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return compressed;
  }
}

/** A u32 length before the bytes. */
export function withLength(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes.length);
  return Buffer.concat([header, bytes]);
}
