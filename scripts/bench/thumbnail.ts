/**
 * Pictures and screens made small, to see what a picture shows without looking at two million
 * pixels.
 */
import * as png from "imagescript/png/src/png.mjs";
import type { Picture } from "../../test/real/support/picture.ts";

/** An eighth of 1920x1080. */
export const thumbnailSize = { width: 240, height: 135 };

/** R, G, B, one byte each, row by row. */
export type Thumbnail = Uint8Array;

/** Of a PNG or JPEG file of any size. */
export async function thumbnailOfFile(file: Uint8Array<ArrayBuffer>): Promise<Thumbnail> {
  const { width, height } = thumbnailSize;
  const small = await new Bun.Image(file).resize(width, height, { filter: "box" }).png().bytes();
  const { buffer: rgba } = png.decode(small);
  const thumbnail = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let i = 0; i < 3; i++) thumbnail[pixel * 3 + i] = rgba[pixel * 4 + i];
  }
  return thumbnail;
}

/** Of a screen, which must be a multiple of the thumbnail in size: the average of each block. */
export function thumbnailOfScreen(screen: Picture): Thumbnail {
  const { width, height } = thumbnailSize;
  const side = screen.width / width;
  const sums = new Float64Array(width * height * 3);
  for (let y = 0; y < screen.height; y++) {
    const row = Math.floor(y / side) * width;
    for (let x = 0; x < screen.width; x++) {
      const at = (row + Math.floor(x / side)) * 3;
      const pixel = screen.pixels[y * screen.width + x];
      sums[at] += (pixel >> 16) & 255;
      sums[at + 1] += (pixel >> 8) & 255;
      sums[at + 2] += pixel & 255;
    }
  }
  return Uint8Array.from(sums, (sum) => sum / side ** 2);
}

/** How far a colour may be off for JPEG's loss and the filters' differences. */
const toleranceMax = 48;

/** The reference paints the mouse pointer into its pictures. */
const strangePixelsMax = 30;

/** Whether they show the same, but for the mouse pointer. */
export function showsSame(a: Thumbnail, b: Thumbnail): boolean {
  let strange = 0;
  for (let at = 0; at < a.length; at++) if (Math.abs(a[at] - b[at]) > toleranceMax) strange++;
  return strange <= strangePixelsMax * 3;
}

/** Whether the pixel has about this colour, 0xRRGGBB. */
export function hasColour(thumbnail: Thumbnail, x: number, y: number, colour: number): boolean {
  const at = (y * thumbnailSize.width + x) * 3;
  return [16, 8, 0].every(
    (shift, i) => Math.abs(thumbnail[at + i] - ((colour >> shift) & 255)) <= toleranceMax * 2,
  );
}
