import { randomBytes } from "node:crypto";
import type { BufferPool } from "../bytes/buffer-pool.ts";
import { type FairQueue, QueueFullError } from "../scheduling/fair-queue.ts";
import { encodePicture } from "./strips/encode-picture.ts";
import type { EncodedPicture } from "./strips/encoded-picture.ts";
import type { Engines } from "./engines/engines.ts";
import type { Frame } from "./frame.ts";
import type { Rect } from "../rfb/rect.ts";
import type { Size } from "../rfb/size.ts";
import type { PictureCache } from "./picture-cache.ts";
import { PictureError } from "./picture-error.ts";
import type { PictureObserver } from "./picture-observer.ts";
import { pictureLimits } from "./picture-limits.ts";
import {
  type EncoderSettings,
  encoderSettings,
  type PictureParameters,
} from "./picture-parameters.ts";
import { scaledSize } from "./scaling/scaled-size.ts";
import { StripLayout } from "./strips/strip-layout.ts";
import type { TimeSlicer, WorkLine } from "../scheduling/time-slicer.ts";

/** Keys before it is looked for those that are of no use any more. */
const keysMin = 256;

/** What all encoders of the process share. */
export interface PictureResources {
  readonly engines: Engines;
  readonly cache: PictureCache;
  readonly slicer: TimeSlicer;
  readonly pool: BufferPool;
  /** Pictures that are made at the same time. */
  readonly inTheMaking: FairQueue;
  /** A picture has at most the pixels of the frame times the square of this. */
  readonly enlargementMax: number;
  readonly observer?: PictureObserver | undefined;
}

export interface Picture {
  /** The file. Others may have been given the same bytes: they are not to be changed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The revision of the frame that it shows. */
  readonly revision: number;
  /** A strong validator (RFC 9110, 8.8.3), with its quotes. */
  readonly etag: string;
  /** The same for pictures that show the same frame in the same way, at different revisions. */
  readonly key: string;
  readonly size: Size;
  /** Where its strips are in the file. */
  readonly encoded: EncodedPicture;
}

/** A request with all that follows from its parameters. */
interface PictureRequest {
  readonly frame: Frame;
  readonly settings: EncoderSettings;
  readonly area: Rect;
  readonly size: Size;
  /** The same for all requests that an equal picture answers. */
  readonly key: string;
  readonly frameNumber: number;
}

/** What the one who wants a picture says of himself. */
export interface Wanting {
  /** A picture that he has, for when the cache has it no more. */
  readonly earlier?: Picture | null;
  /** Aborted when he does not want it any more. Without one he wants it in any case. */
  readonly signal?: AbortSignal | undefined;
}

interface EncodeRequest extends PictureRequest {
  readonly wanting: Wanting;
}

/** One picture on its way. */
class Encode {
  /** What it shows; null until the frame has been copied: it will show the newest then. */
  revision: number | null = null;
  readonly picture: Promise<Picture>;
  readonly #unwanted = new AbortController();
  #wanting = 0;

  constructor(make: (encode: Encode, unwanted: AbortSignal) => Promise<Picture>) {
    this.picture = Promise.resolve().then(() => make(this, this.#unwanted.signal));
  }

  /** Whether all have left who wanted it, so that it may never be made. */
  get isUnwanted(): boolean {
    return this.#unwanted.signal.aborted;
  }

  /** One more wants it, until `signal` is aborted. When the last one has left, it is dropped. */
  wantedUntil(signal: AbortSignal | undefined): void {
    this.#wanting++;
    if (signal === undefined) return;
    const leave = () => {
      if (--this.#wanting === 0) this.#unwanted.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    const forget = () => signal.removeEventListener("abort", leave);
    this.picture.then(forget, forget);
  }
}

/**
 * Makes the pictures of one connection, at the cost of what has changed in the frame since the last
 * one.
 */
export class PictureEncoder {
  readonly #resources: PictureResources;
  readonly #line: WorkLine;
  /** Tells the pictures of different connections apart, in the cache and in etags. */
  readonly #id = randomBytes(8).toString("hex");
  /**
   * The frame of the last request. Weak: one that was replaced is not to be kept in memory for
   * this.
   */
  #frame: WeakRef<Frame> | null = null;
  /** Counts frames, since the revisions of different ones have nothing to do with each other. */
  #frameNumber = 0;
  /** What the cache may hold of this frame. */
  readonly #keys = new Set<string>();
  #keysMax = keysMin;
  /** The newest encode for each key. */
  readonly #encodes = new Map<string, Encode>();
  #isClosed = false;

  constructor(resources: PictureResources) {
    this.#resources = resources;
    this.#line = resources.slicer.openLine();
  }

  /**
   * The etag that a picture of the frame as it is now has. Throws a `PictureError`, reason
   * `parameters`.
   */
  etag(frame: Frame, parameters: PictureParameters): string {
    return etag(this.#request(frame, parameters).key, frame.revision);
  }

  /**
   * A picture of the frame as it is now or a little later. Equal requests share one encode, unless
   * the frame has changed since that encode looked at it. Rejects with a `PictureError`.
   */
  async encode(
    frame: Frame,
    parameters: PictureParameters,
    wanting: Wanting = {},
  ): Promise<Picture> {
    if (this.#isClosed) {
      throw new PictureError("closed", "Cannot encode picture: the connection was closed");
    }
    if (wanting.signal?.aborted === true) throw unwanted();
    return this.#encode({ ...this.#request(frame, parameters), wanting });
  }

  async #encode(request: EncodeRequest): Promise<Picture> {
    const { frame, key, size, settings, wanting } = request;
    const { cache, observer } = this.#resources;
    const kept = cache.get(key);
    if (kept?.revision === frame.revision) {
      observer?.onWanted(settings.format, "cache");
      return toPicture(key, size, kept);
    }
    const running = this.#encodes.get(key);
    if (running !== undefined && !running.isUnwanted) {
      if (running.revision === null || running.revision === frame.revision) {
        observer?.onWanted(settings.format, "shared");
        running.wantedUntil(wanting.signal);
        return running.picture;
      }
    }
    observer?.onWanted(settings.format, "made");
    return this.#startEncode(request, running?.picture ?? null);
  }

  /** Forgets all pictures. What is on its way is still delivered. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  #request(frame: Frame, parameters: PictureParameters): PictureRequest {
    const settings = encoderSettings(parameters);
    const area = checkedArea(frame, parameters.area);
    const size = scaledSize(area, parameters, this.#resources.enlargementMax);
    if (this.#frame?.deref() !== frame) {
      this.#forget();
      this.#frame = new WeakRef(frame);
    }
    const frameNumber = this.#frameNumber;
    const { format, level } = settings;
    const { x, y, width, height } = area;
    const part = parameters.area === undefined ? "" : `-${x}.${y}.${width}.${height}`;
    const key = `${this.#id}-${frameNumber}-${format}${level}-${size.width}x${size.height}${part}`;
    return { frame, settings, area, size, key, frameNumber };
  }

  #startEncode(request: EncodeRequest, running: Promise<Picture> | null): Promise<Picture> {
    const encode = new Encode(async (self, signal) => {
      // Builds upon what that one leaves, if it leaves anything.
      await running?.catch(() => {});
      const make = () => this.#encodeNow(request, self);
      try {
        return await this.#resources.inTheMaking.run(this.#id, signal, make);
      } catch (error) {
        if (signal.aborted) throw unwanted();
        if (error instanceof QueueFullError) throw new PictureError("overloaded", error.message);
        throw error;
      } finally {
        if (this.#encodes.get(request.key) === self) this.#encodes.delete(request.key);
      }
    });
    encode.wantedUntil(request.wanting.signal);
    this.#encodes.set(request.key, encode);
    return encode.picture;
  }

  async #encodeNow(request: EncodeRequest, encode: Encode): Promise<Picture> {
    const { frame, settings, area, size, key, frameNumber, wanting } = request;
    const { engines, cache, pool, observer } = this.#resources;
    const { earlier } = wanting;
    const startedMs = performance.now();
    const codec = engines.codec(settings);
    const newest = cache.get(key) ?? null;
    const encoded = await encodePicture(
      {
        frame,
        layout: new StripLayout(area, size, codec.stripRows),
        codec,
        level: settings.level,
        previous: newest ?? (earlier?.key === key ? earlier.encoded : null),
        isPreviousNewest: newest !== null,
        keepsScaled:
          size.width * size.height <= pictureLimits.keptPixelsMax &&
          cache.bytes < cache.bytesMax / 2,
        onCopied: (revision) => (encode.revision = revision),
      },
      { line: this.#line, pool },
    );
    const durationMs = performance.now() - startedMs;
    const { format } = settings;
    observer?.onMade({ format, bytes: encoded.bytes.length, durationMs });
    if (frameNumber === this.#frameNumber) {
      cache.put(key, encoded);
      this.#noteKey(key);
    }
    return toPicture(key, size, encoded);
  }

  /** Of pictures that the cache has given up nothing is to stay here. */
  #noteKey(key: string): void {
    const { cache } = this.#resources;
    this.#keys.add(key);
    if (this.#keys.size < this.#keysMax) return;
    for (const each of this.#keys) if (!cache.has(each)) this.#keys.delete(each);
    this.#keysMax = Math.max(keysMin, 2 * this.#keys.size);
  }

  #forget(): void {
    for (const key of this.#keys) this.#resources.cache.delete(key);
    this.#keys.clear();
    this.#frameNumber++;
  }
}

function unwanted(): PictureError {
  return new PictureError("unwanted", "Nobody waits for the picture any more");
}

/** Throws a `PictureError`, reason `parameters`, when some of it is not in the frame. */
function checkedArea(frame: Size, area: Rect | undefined): Rect {
  if (area === undefined) return { x: 0, y: 0, width: frame.width, height: frame.height };
  const { x, y, width, height } = area;
  const isInside = x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
  if (isInside && width > 0 && height > 0) return area;
  throw new PictureError(
    "parameters",
    `Cannot make picture: ${width}x${height} at ${x},${y} of a frame of ${frame.width}x${frame.height}`,
  );
}

function toPicture(key: string, size: Size, encoded: EncodedPicture): Picture {
  const { bytes, revision } = encoded;
  return { bytes, revision, etag: etag(key, revision), key, size, encoded };
}

function etag(key: string, revision: number): string {
  return `"${key}-${revision}"`;
}
