import type { Size } from "./frame.ts";
import type { PixelStrip } from "./pixel-strip.ts";

/** Where a strip stands in its picture. */
export interface StripPlace {
  readonly index: number;
  readonly isLast: boolean;
}

export interface EncodedStrip {
  /** The strip's own part of the file, in pieces. */
  readonly body: readonly Uint8Array[];
  /** What the end of the file needs to know of the strip; 0 if nothing. */
  readonly checksum: number;
  /** The header that the encoder has put before the strip; empty if none. */
  readonly header: Uint8Array;
}

/**
 * Turns pixels into a file of one format: head, the strips' bodies in order, tail. A strip's body
 * depends on nothing but its own pixels, its place and the level, so it can be kept for as long as
 * these stay.
 */
export interface Codec {
  /** Rows of a strip; Infinity where only whole pictures can be encoded. */
  readonly stripRows: number;
  /**
   * Takes the strip over. What it does before the first await is short. `level` is that of
   * `Encoding`.
   */
  encodeStrip(strip: PixelStrip, place: StripPlace, level: number): Promise<EncodedStrip>;
  /** The file up to its first strip. Any strip of the picture will do. */
  encodeHead(size: Size, strip: EncodedStrip): Uint8Array;
  /** The file from behind its last strip, given the checksums of all strips. */
  encodeTail(size: Size, checksums: Uint32Array): Uint8Array;
}
