import { Encoding } from "../rfb/encodings.ts";

/** What a viewer understands, and how it wants pixels, by its last SetEncodings. */
export interface ViewerAbilities {
  readonly tight: boolean;
  /** Quality of JPEG, 1 to 100; null for a viewer that wants none. */
  readonly jpegQuality: number | null;
  /** Level of zlib, 1 to 6. */
  readonly zlibLevel: number;
  readonly lastRect: boolean;
  readonly desktopSize: boolean;
  readonly extendedDesktopSize: boolean;
  readonly cursor: boolean;
  readonly vmwareCursor: boolean;
}

/** By the quality level that a viewer asks for; noVNC's is 6, TigerVNC's 8. */
const jpegQualities = [15, 30, 40, 50, 60, 70, 80, 85, 90, 95];

/** By the compression level; beyond 6 zlib takes many times as long for next to nothing. */
const zlibLevels = [1, 1, 2, 3, 4, 5, 6, 6, 6, 6];

/** Of several levels the last one counts. */
function levelAmong(encodings: readonly number[], level0: number): number | null {
  const found = encodings.findLast((number) => number >= level0 && number <= level0 + 9);
  return found === undefined ? null : found - level0;
}

export function abilitiesOf(encodings: readonly number[]): ViewerAbilities {
  const quality = levelAmong(encodings, Encoding.QualityLevel0);
  const compression = levelAmong(encodings, Encoding.CompressionLevel0);
  const knows = (encoding: number) => encodings.includes(encoding);
  return {
    tight: knows(Encoding.Tight),
    jpegQuality: quality === null ? null : jpegQualities[quality],
    zlibLevel: zlibLevels[compression ?? 2],
    lastRect: knows(Encoding.LastRect),
    desktopSize: knows(Encoding.DesktopSize),
    extendedDesktopSize: knows(Encoding.ExtendedDesktopSize),
    cursor: knows(Encoding.RichCursor),
    vmwareCursor: knows(Encoding.VmwareCursor),
  };
}
