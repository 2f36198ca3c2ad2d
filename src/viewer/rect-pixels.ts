import type { PixelRows } from "../image/strips/pixel-strip.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";

/** The pixels of a rectangle, where they are. */
export function pixelsOf(frame: Framebuffer, { x, y, width, height }: Rect): PixelRows {
  const { pixels, width: stride } = frame;
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
  return { width, rows: height, words, start: y * stride + x, stride };
}

/** The revision at which any pixel of the rectangle may last have changed. */
export function revisionOf(frame: Framebuffer, { x, y, width, height }: Rect): number {
  const { cellColumns, stripRows, cellsAcross, cellRevisions } = frame;
  const left = Math.floor(x / cellColumns);
  const right = Math.ceil((x + width) / cellColumns);
  let revision = 0;
  for (let strip = Math.floor(y / stripRows); strip * stripRows < y + height; strip++) {
    for (let cell = strip * cellsAcross + left; cell < strip * cellsAcross + right; cell++) {
      if (cellRevisions[cell] > revision) revision = cellRevisions[cell];
    }
  }
  return revision;
}
