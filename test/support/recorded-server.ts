import { ByteStream } from "../../src/bytes/byte-stream.ts";
import type { Entry } from "../support/transcript.ts";
import { RecordingSink } from "./recording-sink.ts";

/**
 * A recorded server for one client: it says each thing when the client has sent all that was
 * recorded before it, and closes at the end. So a client that waits for too much waits for ever,
 * and what it sent too early is seen in `sent`.
 */
export class RecordedServer extends RecordingSink {
  readonly stream = new ByteStream({ pause() {}, resume() {} });
  readonly #entries: readonly Entry[];
  readonly #chunkBytes: number;
  #next = 0;

  constructor(entries: readonly Entry[], chunkBytes = Infinity) {
    super();
    this.#entries = entries;
    this.#chunkBytes = chunkBytes;
    this.#speak();
  }

  /** What the client of the recording sent. */
  get recorded(): string[] {
    return this.#entries.filter(({ from }) => from === "client").map(({ hex }) => hex);
  }

  override send(bytes: Uint8Array): void {
    super.send(bytes);
    this.#next++;
    this.#speak();
  }

  /** Closes the connection. */
  close(): void {
    this.stream.end();
  }

  #speak(): void {
    for (; this.#entries[this.#next]?.from === "server"; this.#next++) {
      const bytes = Uint8Array.fromHex(this.#entries[this.#next].hex);
      const chunkBytes = Math.min(this.#chunkBytes, bytes.length);
      for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
        this.stream.push(bytes.slice(offset, offset + chunkBytes));
      }
    }
    if (this.#next >= this.#entries.length) this.close();
  }
}
