import { ByteWriter } from "../../bytes/byte-writer.ts";
import type { Rect } from "../../rfb/rect.ts";
import { DeflateStream } from "./deflate-stream.ts";
import { encodeHextile } from "./hextile-encoder.ts";
import { encodePixels, type SimPixelFormat } from "./sim-pixel-format.ts";
import { compactLength, encodeTight } from "./tight-encoder.ts";
import { encodeZrleTiles } from "./zrle-encoder.ts";

/** The encodings that a simulated host can send pixels in. */
export const PixelEncoding = { Raw: 0, Hextile: 5, Zlib: 6, Tight: 7, Zrle: 16 } as const;
export type PixelEncoding = (typeof PixelEncoding)[keyof typeof PixelEncoding];

export function isPixelEncoding(encoding: number): encoding is PixelEncoding {
  return Object.values<number>(PixelEncoding).includes(encoding);
}

/**
 * One client's encoder: the compressed encodings each keep one zlib stream for the whole
 * connection.
 */
export class SimEncoder {
  readonly #streams = new Map<PixelEncoding, DeflateStream>();

  /**
   * The payload of one rectangle. Rectangles must be encoded one after another, as they are sent.
   */
  async encode(
    encoding: PixelEncoding,
    rect: Rect,
    pixels: Uint32Array,
    format: SimPixelFormat,
  ): Promise<Uint8Array> {
    switch (encoding) {
      case PixelEncoding.Raw:
        return encodePixels(pixels, format);
      case PixelEncoding.Hextile:
        return encodeHextile(rect, pixels, format);
      case PixelEncoding.Zlib:
        return withLength(await this.#deflate(encoding, encodePixels(pixels, format)));
      case PixelEncoding.Zrle:
        return withLength(await this.#deflate(encoding, encodeZrleTiles(rect, pixels, format)));
      case PixelEncoding.Tight: {
        const { control, data } = encodeTight(pixels, format);
        if (data.length < 12) return Buffer.concat([control, data]);
        const compressed = await this.#deflate(encoding, data);
        return Buffer.concat([control, compactLength(compressed.length), compressed]);
      }
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #deflate(encoding: PixelEncoding, bytes: Uint8Array): Promise<Uint8Array> {
    const stream = this.#streams.get(encoding) ?? new DeflateStream();
    this.#streams.set(encoding, stream);
    return stream.compress(bytes);
  }
}

function withLength(bytes: Uint8Array): Uint8Array {
  return new ByteWriter(4 + bytes.length).u32(bytes.length).bytes(bytes).finish();
}
