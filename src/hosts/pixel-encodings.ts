import { Encoding } from "../rfb/encodings.ts";
import type { Size } from "../rfb/size.ts";

/**
 * How pixels are wanted, best first, as measured on Veyon 4.7.5 with x11vnc (docs/decisions.md):
 * on the same computer nothing beats no compression; over a network ZRLE needs the least bytes.
 */
const uncompressed = [Encoding.Raw];
const compressed = [Encoding.Zrle, Encoding.Zlib, Encoding.Hextile, Encoding.Raw];

/**
 * Pixels of the largest screen that is worth being sent as it is, 3840x2160. A Veyon Server copies
 * all that it has of an update each time that more comes, so that its cost grows with the square of
 * the size, and it ends the connection over an update of more than 64 MiB.
 */
const uncompressedPixelsMax = 3840 * 2160;

/** A way that has brought no picture this often is left for the other one. */
const failuresBeforeOtherWay = 2;

export interface EncodingSituation {
  /** Whether the host is this computer itself. */
  readonly isLocal: boolean;
  readonly size: Size;
  /** Sessions with this host that have ended without a picture, since the last one that had any. */
  readonly failures: number;
}

/** The encodings to ask a host for, best first. */
export function pixelEncodings({ isLocal, size, failures }: EncodingSituation): readonly number[] {
  const isFirstChoice = Math.floor(failures / failuresBeforeOtherWay) % 2 === 0;
  const isSmall = size.width * size.height <= uncompressedPixelsMax;
  return (isLocal && isSmall) === isFirstChoice ? uncompressed : compressed;
}
