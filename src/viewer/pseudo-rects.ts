/**
 * Rectangles that carry no pixels of the screen (RFC 6143, section 7.8, and rfbproto): a new size,
 * and what the pointer looks like.
 */
import { ByteWriter } from "../bytes/byte-writer.ts";
import { type CursorShape, maskRowBytes } from "../rfb/cursor-shape.ts";
import { Encoding } from "../rfb/encodings.ts";
import type { Rect } from "../rfb/rect.ts";
import type { Size } from "../rfb/size.ts";
import type { PixelFormat } from "./pixel-format.ts";
import type { ViewerAbilities } from "./viewer-abilities.ts";

/** A rectangle of an update. */
export interface EncodedRect {
  readonly rect: Rect;
  readonly encoding: number;
  readonly payload: Uint8Array;
}

/** Why a viewer is told the layout of the screen: in x who has wanted it, in y what came of it. */
export const LayoutReason = {
  OfServer: { x: 0, y: 0 },
  /** This viewer has wanted another one, which is for the host's user to choose. */
  Prohibited: { x: 1, y: 1 },
} as const;

export type LayoutReason = (typeof LayoutReason)[keyof typeof LayoutReason];

/** ExtendedDesktopSize, with one screen that fills the desktop. */
export function layoutRect(size: Size, reason: LayoutReason): EncodedRect {
  const { width, height } = size;
  const payload = new ByteWriter(20)
    .bytes(Uint8Array.of(1, 0, 0, 0))
    // Its id, place, size and flags.
    .u32(0)
    .u16(0)
    .u16(0)
    .u16(width)
    .u16(height)
    .u32(0)
    .finish();
  return { rect: { ...reason, width, height }, encoding: Encoding.ExtendedDesktopSize, payload };
}

/** DesktopSize. */
export function sizeRect({ width, height }: Size): EncodedRect {
  const rect = { x: 0, y: 0, width, height };
  return { rect, encoding: Encoding.DesktopSize, payload: new Uint8Array(0) };
}

/**
 * Stands in for the pointer of a host that has not said what it looks like: without any, noVNC
 * shows none. A dark dot with a light edge.
 */
const dot = ["..###..", ".#####.", "###O###", "##OOO##", "###O###", ".#####.", "..###.."];

export const unknownCursor: CursorShape = shapeOf(dot);

function shapeOf(rows: readonly string[]): CursorShape {
  const size = rows.length;
  const rowBytes = maskRowBytes(size);
  const pixels = new Uint32Array(size * size);
  const mask = new Uint8Array(rowBytes * size);
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < size; x++) {
      if (row[x] === ".") continue;
      mask[y * rowBytes + (x >> 3)] |= 0x80 >> (x & 7);
      pixels[y * size + x] = row[x] === "O" ? 0x202020 : 0xffffff;
    }
  }
  const middle = Math.floor(size / 2);
  return { width: size, height: size, hotspot: { x: middle, y: middle }, pixels, mask };
}

/** In the form that the viewer understands; null if it understands none. */
export function cursorRect(
  cursor: CursorShape,
  abilities: ViewerAbilities,
  format: PixelFormat,
): EncodedRect | null {
  const { width, height, hotspot } = cursor;
  const rect = { ...hotspot, width, height };
  // It has its own pixel format, where noVNC mixes up red and blue in the other form.
  if (abilities.vmwareCursor) {
    return { rect, encoding: Encoding.VmwareCursor, payload: encodeVmwareCursor(cursor) };
  }
  if (!abilities.cursor) return null;
  const words = new Int32Array(cursor.pixels.buffer, cursor.pixels.byteOffset, width * height);
  const payload = Buffer.concat([
    format.encode({ width, rows: height, words, start: 0, stride: width }),
    cursor.mask,
  ]);
  return { rect, encoding: Encoding.RichCursor, payload };
}

/** u8 1 (with alpha), u8 padding, R, G, B, alpha of each pixel. */
function encodeVmwareCursor({ width, height, pixels, mask }: CursorShape): Uint8Array {
  const payload = new Uint8Array(2 + width * height * 4);
  const view = new DataView(payload.buffer);
  payload[0] = 1;
  const rowBytes = maskRowBytes(width);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isShown = (mask[y * rowBytes + (x >> 3)] & (0x80 >> (x & 7))) !== 0;
    view.setUint32(2 + i * 4, isShown ? ((pixels[i] << 8) | 0xff) >>> 0 : 0);
  }
  return payload;
}
