import { ProtocolError } from "../bytes/errors.ts";
import { rfbLimits } from "./limits.ts";

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Throws unless a screen of this size is within the limits. */
export function checkSize({ width, height }: Size): Size {
  const { sidePixelsMax, framePixelsMax } = rfbLimits;
  if (width > sidePixelsMax || height > sidePixelsMax || width * height > framePixelsMax) {
    throw new ProtocolError(
      `Cannot hold a screen of ${width}x${height}: at most ${sidePixelsMax} a side and ${framePixelsMax} pixels allowed`,
    );
  }
  return { width, height };
}
