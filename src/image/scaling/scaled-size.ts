import type { Size } from "../../rfb/size.ts";
import { PictureError } from "../picture-error.ts";
import { pictureLimits } from "../picture-limits.ts";

/** The size asked for, in pixels. A side that is null, 0 or negative counts as not given. */
export interface RequestedSize {
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * The size of the picture, by the rule of Veyon's own WebAPI: both sides given are taken as they
 * are; one side given is taken unless that would enlarge, and the other follows by the aspect
 * ratio, rounded down; where it would become 0, and where nothing is given, the picture has the
 * frame's size. Throws a `PictureError` when it has more than `enlargementMax` squared times the
 * frame's pixels, unless it is small all the same.
 */
export function scaledSize(frame: Size, requested: RequestedSize, enlargementMax: number): Size {
  const checked = (size: Size) => checkedSize(frame, size, enlargementMax);
  const width = side(requested.width);
  const height = side(requested.height);
  if (width !== null && height !== null) return checked({ width, height });
  if (width !== null && width < frame.width) {
    const follows = Math.floor((width * frame.height) / frame.width);
    if (follows > 0) return checked({ width, height: follows });
  }
  if (height !== null && height < frame.height) {
    const follows = Math.floor((height * frame.width) / frame.height);
    if (follows > 0) return checked({ width: follows, height });
  }
  return checked({ width: frame.width, height: frame.height });
}

function side(requested: number | null): number | null {
  return requested === null || !(requested >= 1) ? null : Math.floor(requested);
}

function checkedSize(frame: Size, size: Size, enlargementMax: number): Size {
  const { width, height } = size;
  const { sidePixelsMax, enlargedPixelsMin } = pictureLimits;
  const isScaled = width !== frame.width || height !== frame.height;
  if (Math.min(width, height) < 1 || Math.max(width, height) > sidePixelsMax) {
    throw new PictureError(
      "parameters",
      `Cannot make picture: ${width}x${height}, wanted sides of 1 to ${sidePixelsMax} pixels`,
    );
  }
  const enlargedPixels = frame.width * frame.height * enlargementMax ** 2;
  const scaledPixelsMax = Math.min(
    Math.max(enlargedPixels, enlargedPixelsMin),
    pictureLimits.scaledPixelsMax,
  );
  if (isScaled && width * height > scaledPixelsMax) {
    throw new PictureError(
      "parameters",
      `Cannot scale picture: ${width}x${height}, wanted up to ${scaledPixelsMax} pixels (WebAPI/EnlargementLimit)`,
    );
  }
  // What comes from a division may be whole and still be kept as a floating-point number, and every
  // loop over the picture would then count in floating point (measured: PNG rows take twice as
  // long).
  return { width: width | 0, height: height | 0 };
}
