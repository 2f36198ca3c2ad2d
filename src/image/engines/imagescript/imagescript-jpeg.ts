import type { ImagescriptAddon } from "./imagescript-addon.ts";
import { headerWords, type PixelStrip } from "../../strips/pixel-strip.ts";

/**
 * JPEG by imagescript's native encoder, off the JS thread, 4:4:4. It borrows the strip until it is
 * done.
 */
export function encodeImagescriptJpeg(
  addon: ImagescriptAddon,
  strip: PixelStrip,
  quality: number,
): Promise<Uint8Array> {
  const { width, rows, words } = strip;
  const pixels = words.subarray(headerWords);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i];
    // 0x??RRGGBB to R, G, B, 255 in memory.
    pixels[i] = 0xff000000 | ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
  }
  return addon.jpeg.encode_async(pixels, { width, height: rows, quality });
}
