import type { Size } from "./size.ts";

/** What a mouse pointer looks like (Cursor pseudo-encoding, RFC 6143, section 7.8.1). */
export interface CursorShape extends Size {
  /** The pixel that is where the pointer points. */
  readonly hotspot: { readonly x: number; readonly y: number };
  /** 0x??RRGGBB, row by row. */
  readonly pixels: Uint32Array;
  /** A bit a pixel, the first one highest, each row from a new byte; 0 where it is transparent. */
  readonly mask: Uint8Array;
}

/** Bytes of a row of the mask. */
export function maskRowBytes(width: number): number {
  return Math.ceil(width / 8);
}

/** Bytes of memory that it takes. */
export function cursorBytes({ width, height }: Size): number {
  return width * height * 4 + maskRowBytes(width) * height;
}
