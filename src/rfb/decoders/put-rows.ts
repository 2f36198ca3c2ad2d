import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";

/**
 * Paints rows `row` to `row + rowCount` of the rectangle from PIXELs at `offset`. The bytes need
 * not be aligned, as those of a socket seldom are, so they are copied as bytes.
 */
export function putRows(
  bytes: Uint8Array,
  offset: number,
  rect: Rect,
  row: number,
  rowCount: number,
  framebuffer: Framebuffer,
): void {
  const { buffer, byteOffset, byteLength } = framebuffer.pixels;
  const target = new Uint8Array(buffer, byteOffset, byteLength);
  const rowBytes = rect.width * 4;
  const strideBytes = framebuffer.width * 4;
  const start = (rect.y + row) * strideBytes + rect.x * 4;
  if (rowBytes === strideBytes) {
    target.set(bytes.subarray(offset, offset + rowCount * rowBytes), start);
    return;
  }
  for (let i = 0; i < rowCount; i++) {
    const from = offset + i * rowBytes;
    target.set(bytes.subarray(from, from + rowBytes), start + i * strideBytes);
  }
}
