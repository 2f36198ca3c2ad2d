import type { Size } from "../../rfb/size.ts";
import type { PixelRows, PixelStrip } from "./pixel-strip.ts";

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
 * A file of one format: head, the strips' bodies in order, tail. A strip's body depends on nothing
 * but its own pixels, its place and the level, so it can be kept for as long as these stay. `level`
 * is that of `EncoderSettings`.
 */
interface StripFile {
  /** Rows of a strip; Infinity where only whole pictures can be encoded. */
  readonly stripRows: number;
  /** The file up to its first strip. Any strip of the picture will do. */
  encodeHead(size: Size, level: number, strip: EncodedStrip): Uint8Array;
  /** The file from behind its last strip, given the checksums of all strips. */
  encodeTail(size: Size, checksums: Uint32Array): Uint8Array;
}

/** Encodes on other threads. */
export interface ThreadedCodec extends StripFile {
  readonly isThreaded: true;
  /** Takes the strip over. What it does before the first await is short. */
  encodeStrip(strip: PixelStrip, place: StripPlace, level: number): Promise<EncodedStrip>;
}

/** Encodes on the calling thread, fast enough for that: a strip is well under a millisecond. */
export interface DirectCodec extends StripFile {
  readonly isThreaded: false;
  /** Is through with the pixels when it returns, so they need no memory of their own. */
  encodeStrip(pixels: PixelRows, place: StripPlace, level: number): EncodedStrip;
}

export type Codec = ThreadedCodec | DirectCodec;
