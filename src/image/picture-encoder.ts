import { randomBytes } from "node:crypto";
import type { BufferPool } from "../bytes/buffer-pool.ts";
import type { ConcurrencyLimit } from "./concurrency-limit.ts";
import { encodePicture } from "./encode-picture.ts";
import type { EncodedPicture } from "./encoded-picture.ts";
import type { Engines } from "./engines.ts";
import type { Frame, Size } from "./frame.ts";
import type { PictureCache } from "./picture-cache.ts";
import { PictureError } from "./picture-error.ts";
import { pictureLimits } from "./picture-limits.ts";
import { type Encoding, encodingOf, type PictureParameters } from "./picture-parameters.ts";
import { scaledSize } from "./scaled-size.ts";
import { StripLayout } from "./strip-layout.ts";
import type { TimeSlicer } from "./time-slicer.ts";

/** What all encoders of the process share. */
export interface PictureResources {
  readonly engines: Engines;
  readonly cache: PictureCache;
  readonly slicer: TimeSlicer;
  readonly pool: BufferPool;
  /** Holds for whole pictures. */
  readonly atOnce: ConcurrencyLimit;
}

export interface Picture {
  /** The file. Others may have been given the same bytes: they are not to be changed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The revision of the frame that it shows. */
  readonly revision: number;
  /** A strong validator (RFC 9110, 8.8.3), with its quotes. */
  readonly etag: string;
}

/** A request with all that follows from its parameters. */
interface PictureRequest {
  readonly frame: Frame;
  readonly encoding: Encoding;
  readonly size: Size;
  /** The same for all requests that an equal picture answers. */
  readonly key: string;
  readonly generation: number;
}

/** One picture on its way. */
interface Encode {
  /** What it shows; null until the frame has been copied: it will show the newest then. */
  revision: number | null;
  readonly picture: Promise<Picture>;
}

/**
 * Makes the pictures of one connection, at the cost of what has changed in the frame since the last
 * one.
 */
export class PictureEncoder {
  readonly #resources: PictureResources;
  /** Tells the pictures of different connections apart, in the cache and in etags. */
  readonly #id = randomBytes(8).toString("hex");
  /**
   * The frame of the last request. Weak: one that was replaced is not to be kept in memory for
   * this.
   */
  #frame: WeakRef<Frame> | null = null;
  /** Counts frames, since the revisions of different frames have nothing to do with each other. */
  #generation = 0;
  /** What the cache may hold of this generation. */
  readonly #keys = new Set<string>();
  /** The newest encode for each key. */
  readonly #encodes = new Map<string, Encode>();
  #isClosed = false;

  constructor(resources: PictureResources) {
    this.#resources = resources;
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
  async encode(frame: Frame, parameters: PictureParameters): Promise<Picture> {
    if (this.#isClosed) {
      throw new PictureError("closed", "Cannot encode picture: the connection was closed");
    }
    return this.#encode(this.#request(frame, parameters));
  }

  async #encode(request: PictureRequest): Promise<Picture> {
    const { frame, key } = request;
    const kept = this.#resources.cache.get(key);
    if (kept?.revision === frame.revision) return toPicture(key, kept);
    const running = this.#encodes.get(key);
    if (running !== undefined) {
      if (running.revision === null || running.revision === frame.revision) return running.picture;
    }
    return this.#startEncode(request, running?.picture ?? null);
  }

  /** Forgets all pictures. What is on its way is still delivered. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  #request(frame: Frame, parameters: PictureParameters): PictureRequest {
    const encoding = encodingOf(parameters);
    const size = scaledSize(frame, parameters);
    if (this.#frame?.deref() !== frame) {
      this.#forget();
      this.#frame = new WeakRef(frame);
    }
    const generation = this.#generation;
    const { format, level } = encoding;
    const key = `${this.#id}-${generation}-${format}${level}-${size.width}x${size.height}`;
    return { frame, encoding, size, key, generation };
  }

  #startEncode(request: PictureRequest, earlier: Promise<Picture> | null): Promise<Picture> {
    const run = async (): Promise<Picture> => {
      // Builds upon what the earlier one leaves, if it leaves anything.
      await earlier?.catch(() => {});
      try {
        return await this.#resources.atOnce.run(() => this.#encodeNow(request, encode));
      } finally {
        if (this.#encodes.get(request.key) === encode) this.#encodes.delete(request.key);
      }
    };
    const encode: Encode = { revision: null, picture: Promise.resolve().then(run) };
    this.#encodes.set(request.key, encode);
    return encode.picture;
  }

  async #encodeNow(request: PictureRequest, encode: Encode): Promise<Picture> {
    const { frame, encoding, size, key, generation } = request;
    const { engines, cache } = this.#resources;
    const codec = engines.codec(encoding);
    const encoded = await encodePicture(
      {
        frame,
        layout: new StripLayout(frame, size, codec.stripRows),
        codec,
        level: encoding.level,
        previous: cache.get(key),
        keepsScaled:
          size.width * size.height <= pictureLimits.keptPixelsMax &&
          cache.bytes < cache.bytesMax / 2,
        onCopied: (revision) => (encode.revision = revision),
      },
      this.#resources,
    );
    if (generation === this.#generation) {
      cache.put(key, encoded);
      this.#keys.add(key);
    }
    return toPicture(key, encoded);
  }

  #forget(): void {
    for (const key of this.#keys) this.#resources.cache.delete(key);
    this.#keys.clear();
    this.#generation++;
  }
}

function toPicture(key: string, { bytes, revision }: EncodedPicture): Picture {
  return { bytes, revision, etag: etag(key, revision) };
}

function etag(key: string, revision: number): string {
  return `"${key}-${revision}"`;
}
