import { constants, createDeflateRaw, type DeflateRaw } from "node:zlib";

/** Idle streams that are kept; each has about 270 KB. */
const idleStreamsMax = 8;
/** Bytes that zlib puts out at a time; each time costs a change of threads. */
const chunkBytes = 64 * 1024;

interface DeflateSettings {
  /** 1 to 9. At level 0 the output of a used stream depends on what came before. */
  readonly level: number;
  readonly strategy: number;
}

interface IdleStream extends DeflateSettings {
  readonly stream: DeflateRaw;
}

/**
 * Raw deflate (RFC 1951) on the thread pool. Streams are used again, which spares both memory and
 * time.
 */
export class Deflater {
  #idle: IdleStream[] = [];
  readonly #create: typeof createDeflateRaw;

  constructor(create = createDeflateRaw) {
    this.#create = create;
  }

  /**
   * Blocks that refer to nothing before them and end on a byte boundary, none of them final. The
   * parts are to be joined. `bytes` is borrowed until then.
   */
  deflate(bytes: Uint8Array, settings: DeflateSettings): Promise<Uint8Array[]> {
    const stream = this.#takeStream(settings);
    const parts: Uint8Array[] = [];
    return new Promise((resolve, reject) => {
      stream.on("data", (part: Uint8Array) => parts.push(part));
      stream.once("error", reject);
      stream.write(bytes);
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        stream.removeAllListeners("data");
        stream.removeListener("error", reject);
        stream.reset();
        this.#giveStream({ ...settings, stream });
        resolve(parts);
      });
    });
  }

  #takeStream(settings: DeflateSettings): DeflateRaw {
    const { level, strategy } = settings;
    const index = this.#idle.findIndex(
      (idle) => idle.level === level && idle.strategy === strategy,
    );
    if (index === -1) return this.#create({ level, strategy, chunkSize: chunkBytes });
    return this.#idle.splice(index, 1)[0].stream;
  }

  #giveStream(stream: IdleStream): void {
    this.#idle.push(stream);
    if (this.#idle.length > idleStreamsMax) this.#idle.shift()!.stream.close();
  }
}
