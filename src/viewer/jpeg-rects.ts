import { LRUCache } from "lru-cache";
import { endMarker, jpegStripRows } from "../image/jpeg/jpeg-file.ts";
import type { DirectCodec, EncodedStrip } from "../image/strips/codec.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";
import { viewerLimits } from "./limits.ts";
import { pixelsOf, revisionOf } from "./rect-pixels.ts";

interface KeptStrip {
  /** Of its pixels. */
  readonly revision: number;
  readonly strip: EncodedStrip;
}

/**
 * JPEG files of parts of one frame, joined from strips, which are kept: other viewers want the same
 * ones, if not always in the same file.
 */
export class JpegRects {
  readonly #codec: DirectCodec;
  readonly #kept = new LRUCache<string, KeptStrip>({
    maxSize: viewerLimits.keptBytesMax,
    sizeCalculation: ({ strip }) => strip.body.reduce((sum, { length }) => sum + length, 1),
  });

  constructor(
    readonly frame: Framebuffer,
    codec: DirectCodec,
  ) {
    this.#codec = codec;
  }

  /** The rectangle as it is now; it begins with a strip of the frame. */
  encode(rect: Rect, quality: number): Uint8Array {
    const strips: EncodedStrip[] = [];
    for (let row = 0; row < rect.height; row += jpegStripRows) {
      const height = Math.min(jpegStripRows, rect.height - row);
      strips.push(this.#strip({ ...rect, y: rect.y + row, height }, quality));
    }
    const head = this.#codec.encodeHead(rect, quality, strips[0]);
    const parts = strips.flatMap(({ body }) => body);
    const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, head.length));
    file.set(head);
    let end = head.length;
    for (const [index, { body }] of strips.entries()) {
      for (const part of body) {
        file.set(part, end);
        end += part.length;
      }
      // A strip has been encoded for any place.
      file[end - 1] = endMarker(index, index === strips.length - 1);
    }
    return file;
  }

  #strip(rect: Rect, quality: number): EncodedStrip {
    const revision = revisionOf(this.frame, rect);
    const key = `${rect.x} ${rect.y} ${rect.width} ${quality}`;
    const kept = this.#kept.get(key);
    if (kept?.revision === revision) return kept.strip;
    const pixels = pixelsOf(this.frame, rect);
    const strip = this.#codec.encodeStrip(pixels, { index: 0, isLast: true }, quality);
    this.#kept.set(key, { revision, strip });
    return strip;
  }
}
