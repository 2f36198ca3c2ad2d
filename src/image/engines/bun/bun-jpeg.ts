import { headerWords, type PixelStrip } from "../../strips/pixel-strip.ts";

/**
 * JPEG by Bun's own codec, off the JS thread, 4:2:0. It takes raw pixels as a 32-bit BMP, whose
 * pixels are ours (B, G, R, unused), so a header in front of them is all it needs. It borrows the
 * strip until it is done.
 */
export function encodeBunJpeg(strip: PixelStrip, quality: number): Promise<Uint8Array> {
  putBmpHeader(strip);
  return new Bun.Image(strip.words).jpeg({ quality }).bytes();
}

/**
 * BITMAPFILEHEADER and BITMAPINFOHEADER, little endian, in the words before the pixels:
 *
 *     0 "BM"   2 file size u32   10 offset of the pixels u32
 *     14 size of the info header u32   18 width i32   22 height i32, negative: top row first
 *     26 planes u16   28 bits per pixel u16   30 compression u32, 0: none
 */
function putBmpHeader({ width, rows, words }: PixelStrip): void {
  words.fill(0, 0, headerWords);
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  view.setUint8(0, 0x42);
  view.setUint8(1, 0x4d);
  view.setUint32(2, words.byteLength, true);
  view.setUint32(10, headerWords * 4, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -rows, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 32, true);
}
