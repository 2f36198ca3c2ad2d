import { LRUCache } from "lru-cache";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { DirectCodec } from "../image/strips/codec.ts";
import { Encoding } from "../rfb/encodings.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";
import { JpegRects } from "./jpeg-rects.ts";
import { viewerLimits } from "./limits.ts";
import type { PixelFormat } from "./pixel-format.ts";
import type { EncodedRect } from "./pseudo-rects.ts";
import { pixelsOf, revisionOf } from "./rect-pixels.ts";
import { encodeFewColours, encodeManyColours, putLength } from "./tight-lossless.ts";

/** How a viewer wants Tight. */
export interface TightSettings {
  readonly format: PixelFormat;
  /** 1 to 100; null for a viewer that wants no JPEG. */
  readonly jpegQuality: number | null;
  /** 1 to 6. */
  readonly zlibLevel: number;
}

interface KeptRect {
  /** Of its pixels. */
  readonly revision: number;
  /** Null for one that has too many colours to be worth it. */
  readonly bytes: Uint8Array | null;
}

const jpegControl = 0x90;

/**
 * Encodes rectangles of one screen for all its viewers. What it makes for one of them is there for
 * the next, who mostly wants the same a moment later. All of it is called when the frame is still.
 */
export class ScreenEncoder {
  readonly #jpegCodec: DirectCodec | null;
  #frame: Framebuffer | null = null;
  #jpegRects: JpegRects | null = null;
  readonly #kept = new LRUCache<string, KeptRect>({
    maxSize: viewerLimits.keptBytesMax,
    sizeCalculation: ({ bytes }) => bytes?.length ?? 1,
  });
  /** Without a codec nothing is JPEG. */
  constructor(jpegCodec: DirectCodec | null) {
    this.#jpegCodec = jpegCodec;
  }

  /** A rectangle of at most `rawPixelsMax` in Raw. */
  raw(frame: Framebuffer, rect: Rect, format: PixelFormat): EncodedRect {
    const payload = format.encode(pixelsOf(frame, rect));
    return { rect, encoding: Encoding.Raw, payload };
  }

  /**
   * Takes one or a few rectangles from the front, each of at most `tightPixelsMax`, and encodes
   * them as one in Tight. What has few colours takes fewer bytes without loss than as JPEG.
   */
  takeTight(frame: Framebuffer, rects: Rect[], settings: TightSettings): EncodedRect {
    this.#follow(frame);
    const rect = rects.shift()!;
    const lossless = this.#lossless(rect, settings);
    if (lossless !== null) return tightRect(rect, lossless);
    const whole = this.#takeLike(rect, rects, settings);
    return tightRect(whole, this.#jpeg(whole, settings.jpegQuality!));
  }

  /** With those right below it that are to be JPEG as well. */
  #takeLike(first: Rect, rects: Rect[], settings: TightSettings): Rect {
    let rect = first;
    for (let [next] = rects; next !== undefined; [next] = rects) {
      const { x, y, width } = rect;
      const height = rect.height + next.height;
      const isBelow = next.x === x && next.width === width && next.y === y + rect.height;
      if (!isBelow || width * height > viewerLimits.jpegPixelsMax) break;
      if (this.#lossless(next, settings) !== null) break;
      rects.shift();
      rect = { x, y, width, height };
    }
    return rect;
  }

  /** Null for what is to be JPEG. */
  #lossless(rect: Rect, settings: TightSettings): Uint8Array | null {
    const frame = this.#frame!;
    const { x, y, width, height } = rect;
    const { format, zlibLevel } = settings;
    const hasJpeg = this.#hasJpeg(settings);
    const key = `${x} ${y} ${width} ${height} ${format.key} ${zlibLevel} ${hasJpeg}`;
    const revision = revisionOf(frame, rect);
    const kept = this.#kept.get(key);
    if (kept?.revision === revision) return kept.bytes;
    const pixels = pixelsOf(frame, rect);
    // Some decoders have no palette for pixels of a byte.
    const bytes =
      (format.bytesPerPixel > 1 ? encodeFewColours(pixels, format, zlibLevel) : null) ??
      (hasJpeg ? null : encodeManyColours(pixels, format, zlibLevel));
    this.#kept.set(key, { revision, bytes });
    return bytes;
  }

  #hasJpeg({ jpegQuality, format }: TightSettings): boolean {
    return this.#jpegCodec !== null && jpegQuality !== null && format.bytesPerPixel > 1;
  }

  #jpeg(rect: Rect, quality: number): Uint8Array {
    const file = this.#jpegRects!.encode(rect, quality);
    const writer = new ByteWriter(file.length + 4).u8(jpegControl);
    return putLength(writer, file.length).bytes(file).finish();
  }

  /** Revisions of different frames have nothing to do with each other. */
  #follow(frame: Framebuffer): void {
    if (frame === this.#frame) return;
    this.#frame = frame;
    this.#kept.clear();
    this.#jpegRects = this.#jpegCodec && new JpegRects(frame, this.#jpegCodec);
  }
}

function tightRect(rect: Rect, payload: Uint8Array): EncodedRect {
  return { rect, encoding: Encoding.Tight, payload };
}
