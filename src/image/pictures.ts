import { BufferPool } from "../bytes/buffer-pool.ts";
import { openBunEngine } from "./bun-engine.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { type EngineChoice, Engines } from "./engines.ts";
import { openImagescriptEngine } from "./imagescript-engine.ts";
import { PictureCache } from "./picture-cache.ts";
import { PictureEncoder, type PictureResources } from "./picture-encoder.ts";
import { pictureLimits } from "./picture-limits.ts";
import { openStripPngCodec } from "./strip-png-codec.ts";
import { TimeSlicer } from "./time-slicer.ts";
import { openWasmEngine } from "./wasm-jpeg/wasm-engine.ts";

export interface PicturesOptions {
  readonly engine: EngineChoice;
  /** Bytes of encoded pictures to keep, of all connections together. */
  readonly cacheBytesMax: number;
  /** Hears once of each thing that engine `auto` has to do without. */
  readonly warn: (message: string) => void;
}

/** What all picture encoders of the process share: engines, cache, threads and time. */
export class Pictures implements PictureResources {
  readonly engines: Engines;
  readonly cache: PictureCache;
  readonly slicer = new TimeSlicer();
  readonly pool = new BufferPool(pictureLimits.freeBytesMax);
  readonly atOnce = new ConcurrencyLimit(pictureLimits.picturesAtOnceMax);

  constructor(options: PicturesOptions) {
    const stripPng = openStripPngCodec(this.pool);
    this.engines = new Engines(options.engine, options.warn, {
      wasm: openWasmEngine(stripPng),
      bun: openBunEngine(stripPng),
      imagescript: openImagescriptEngine(stripPng),
    });
    this.cache = new PictureCache(options.cacheBytesMax);
  }

  /** An encoder for one connection. */
  openEncoder(): PictureEncoder {
    return new PictureEncoder(this);
  }

  close(): void {
    this.engines.close();
  }
}
