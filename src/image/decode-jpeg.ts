import * as png from "imagescript/png/src/png.mjs";

/** A decoded picture; pixels are 0x??RRGGBB, row by row. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/**
 * For rectangles in RFB's Tight encoding. Bun decodes JPEG off the JS thread but gives out image files only; the
 * detour over PNG is short, since such rectangles are small and only hosts that ignore our list of encodings send any.
 */
export async function decodeJpeg(jpeg: Uint8Array): Promise<DecodedPicture> {
  const { width, height, buffer: rgba } = png.decode(await new Bun.Image(jpeg).png().bytes());
  const pixels = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 4) {
    pixels[i] = (rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2];
  }
  return { width, height, pixels };
}
