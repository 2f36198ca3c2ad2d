import { constants, createDeflate, type Deflate } from "node:zlib";

/** One zlib stream for a whole connection, flushed after every piece as RFB's encodings want it. */
export class DeflateStream {
  readonly #deflate: Deflate = createDeflate();
  #chunks: Uint8Array[] = [];

  constructor() {
    // Closing it in the middle of a piece is an error to it, and an error without a listener ends
    // the program.
    this.#deflate.on("error", () => {});
    this.#deflate.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
  }

  /** One call at a time. */
  compress(bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#deflate.once("error", reject);
      this.#deflate.write(bytes);
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
        this.#deflate.off("error", reject);
        resolve(Buffer.concat(this.#chunks));
        this.#chunks = [];
      });
    });
  }

  close(): void {
    this.#deflate.close();
  }
}
