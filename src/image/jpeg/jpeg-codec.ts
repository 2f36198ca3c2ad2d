import type { ThreadedCodec } from "../strips/codec.ts";
import { encodeJpegHead, encodeJpegStrip, jpegStripRows, splitJpeg } from "./jpeg-file.ts";
import type { PixelStrip } from "../strips/pixel-strip.ts";

/**
 * JPEG by an encoder of whole files, which must use the same tables for every picture of one
 * quality.
 */
export function jpegCodec(
  encodeJpeg: (strip: PixelStrip, quality: number) => Promise<Uint8Array>,
): ThreadedCodec {
  return {
    isThreaded: true,
    stripRows: jpegStripRows,

    async encodeStrip(strip, place, level) {
      const { header, scan } = splitJpeg(await encodeJpeg(strip, level));
      const body = [encodeJpegStrip(scan, place.index, place.isLast)];
      return { body, checksum: 0, header };
    },

    encodeHead: (size, _level, strip) => encodeJpegHead(strip.header, size),

    encodeTail: () => new Uint8Array(0),
  };
}
