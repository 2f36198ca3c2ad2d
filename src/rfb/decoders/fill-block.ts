/** Widths from which the call of the built-in fill pays. */
const builtInWidthMin = 24;

/**
 * Fills width * height pixels; the first is at index `start`, and the next row `stride` further.
 */
export function fillBlock(
  pixels: Uint32Array,
  start: number,
  stride: number,
  width: number,
  height: number,
  pixel: number,
): void {
  for (let row = 0; row < height; row++, start += stride) {
    const end = start + width;
    if (width >= builtInWidthMin) pixels.fill(pixel, start, end);
    else for (let at = start; at < end; at++) pixels[at] = pixel;
  }
}
