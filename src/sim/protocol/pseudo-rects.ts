import { ByteWriter } from "../../bytes/byte-writer.ts";
import type { Rect } from "../../rfb/rect.ts";
import { encodePixels, type SimPixelFormat } from "../encodings/sim-pixel-format.ts";

export const PseudoEncoding = {
  DesktopSize: -223,
  LastRect: -224,
  RichCursor: -239,
  ExtendedDesktopSize: -308,
} as const;

/** An arrow of white on black: for each row its pixels' colours and which of them are there. */
const cursorRows = [
  { white: 0b00000000, mask: 0b10000000 },
  { white: 0b00000000, mask: 0b11000000 },
  { white: 0b01000000, mask: 0b11100000 },
  { white: 0b01100000, mask: 0b11110000 },
  { white: 0b01110000, mask: 0b11111000 },
  { white: 0b00000000, mask: 0b11111100 },
] as const;

/** In a cursor's rectangle x and y are the hotspot. */
export const pointerHotspot: Rect = { x: 0, y: 0, width: 8, height: cursorRows.length };

export function encodeRichCursor(format: SimPixelFormat): Uint8Array {
  const pixels = cursorRows.flatMap(({ white }) =>
    Array.from({ length: 8 }, (_, column) => (white & (0x80 >>> column) ? 0xffffff : 0)),
  );
  return Buffer.concat([
    encodePixels(Uint32Array.from(pixels), format),
    Uint8Array.from(cursorRows, ({ mask }) => mask),
  ]);
}

/** ExtendedDesktopSize with one screen that fills the desktop. */
export function encodeDesktopLayout({ width, height }: Rect): Uint8Array {
  const screenId = 1;
  return new ByteWriter(20)
    .u8(1)
    .bytes(new Uint8Array(3))
    .u32(screenId)
    .u16(0)
    .u16(0)
    .u16(width)
    .u16(height)
    .u32(0)
    .finish();
}
