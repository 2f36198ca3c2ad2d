import type { ThreadedCodec } from "./codec.ts";
import { encodeJpegHead, encodeJpegStrip, splitJpeg } from "./jpeg-file.ts";
import type { PixelStrip } from "./pixel-strip.ts";

/** Rows of a strip: a multiple of the height of a block group, which is 8 or 16. */
const stripRows = 16;

/**
 * JPEG by an encoder of whole files, which must use the same tables for every picture of one
 * quality.
 */
export function jpegCodec(
  encodeJpeg: (strip: PixelStrip, quality: number) => Promise<Uint8Array>,
): ThreadedCodec {
  return {
    isThreaded: true,
    stripRows,

    async encodeStrip(strip, place, level) {
      const { header, scan } = splitJpeg(await encodeJpeg(strip, level));
      const body = [encodeJpegStrip(scan, place.index, place.isLast)];
      return { body, checksum: 0, header };
    },

    encodeHead: (size, _level, strip) => encodeJpegHead(strip.header, size, stripRows),

    encodeTail: () => new Uint8Array(0),
  };
}
