import { BufferPool } from "../bytes/buffer-pool.ts";
import { openBunEngine } from "./engines/bun/bun-engine.ts";
import { FairQueue } from "../scheduling/fair-queue.ts";
import { type EngineChoice, Engines } from "./engines/engines.ts";
import { openImagescriptEngine } from "./engines/imagescript/imagescript-engine.ts";
import type { TimeSlicer } from "../scheduling/time-slicer.ts";
import { PictureCache } from "./picture-cache.ts";
import { PictureEncoder, type PictureResources } from "./picture-encoder.ts";
import type { PictureObserver } from "./picture-observer.ts";
import { PictureError } from "./picture-error.ts";
import { pictureLimits } from "./picture-limits.ts";
import { pictureDefaults } from "./picture-parameters.ts";
import { openStripPngCodec } from "./png/strip-png-codec.ts";
import type { DirectCodec } from "./strips/codec.ts";
import { openWasmEngine } from "./engines/wasm/wasm-engine.ts";

export interface PicturesOptions {
  readonly slicer: TimeSlicer;
  readonly engine: EngineChoice;
  /** Bytes of encoded pictures to keep, of all connections together. */
  readonly cacheBytesMax: number;
  /** A picture has at most the pixels of the frame times the square of this. */
  readonly enlargementMax: number;
  readonly observer?: PictureObserver;
  /** Hears once of each thing that engine `auto` has to do without. */
  readonly warn: (message: string) => void;
}

/** What all picture encoders of the process share: engines, cache, threads and time. */
export class Pictures implements PictureResources {
  readonly engines: Engines;
  readonly cache: PictureCache;
  readonly slicer: TimeSlicer;
  readonly observer: PictureObserver | undefined;
  readonly enlargementMax: number;
  readonly pool = new BufferPool(pictureLimits.freeBytesMax);
  readonly inTheMaking = new FairQueue(pictureLimits.queue);

  constructor(options: PicturesOptions) {
    this.slicer = options.slicer;
    this.observer = options.observer;
    this.enlargementMax = options.enlargementMax;
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

  /** A codec that encodes JPEG on this thread; null where no such engine is chosen, or works. */
  directJpegCodec(): DirectCodec | null {
    try {
      const codec = this.engines.codec({ format: "jpeg", level: pictureDefaults.quality });
      return codec.isThreaded ? null : codec;
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      return null;
    }
  }

  close(): void {
    this.engines.close();
  }
}
