import type { Picture } from "./picture.ts";
import type { XScreen } from "./x-screen.ts";

/**
 * Shows a picture of the screen's size as desktop. When it resolves the picture is on the screen.
 */
export async function drawDesktop(screen: XScreen, picture: Picture): Promise<void> {
  if (picture.width !== screen.width || picture.height !== screen.height) {
    throw new Error(
      `Cannot draw desktop: ${picture.width}x${picture.height}, wanted ${screen.width}x${screen.height}`,
    );
  }
  await screen.drawRows(0, picture.pixels);
}

/**
 * Changes full rows of a desktop that shows this picture: a tenth of them is `height: screen.height
 * / 10`. When it resolves they are on the screen.
 */
export async function drawChangedRows(
  screen: XScreen,
  picture: Picture,
  rows: { y: number; height: number },
  seed: number,
): Promise<void> {
  await screen.drawRows(rows.y, changedRows(picture, rows, seed));
}

/**
 * The rows of the picture turned sideways and minimally tinted, by amounts that follow from the
 * seed. So they are as hard to encode as the picture's own, and one seed's plain areas differ from
 * the next one's too.
 */
export function changedRows(
  picture: Picture,
  rows: { y: number; height: number },
  seed: number,
): Uint32Array {
  const { width, pixels } = picture;
  const tint = 0x010101 * (1 + (seed % 7));
  const shift = (seed * 37) % width;
  const changed = new Uint32Array(width * rows.height);
  for (let row = 0; row < rows.height; row++) {
    const source = pixels.subarray((rows.y + row) * width, (rows.y + row + 1) * width);
    changed.set(source.subarray(shift), row * width);
    changed.set(source.subarray(0, shift), row * width + width - shift);
  }
  for (let index = 0; index < changed.length; index++) changed[index] ^= tint;
  return changed;
}
