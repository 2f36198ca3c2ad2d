import type { Rect } from "../rfb/rect.ts";
import { PictureError } from "./picture-error.ts";

export type PictureFormat = "png" | "jpeg";

export interface PictureParameters {
  readonly format: PictureFormat;
  /** PNG: 1 (not compressed) to 9 (smallest). */
  readonly compression: number;
  /** JPEG: 1 (smallest) to 100 (best). */
  readonly quality: number;
  /** Pixels; null: as the height has it, or the area's own. */
  readonly width: number | null;
  /** Pixels; null: as the width has it, or the area's own. */
  readonly height: number | null;
  /** The part of the frame that is shown; absent: all of it. */
  readonly area?: Rect;
}

/** What a picture is like of which nothing else is said; as documented for Veyon's own API. */
export const pictureDefaults = { compression: 5, quality: 75 } as const;

/** What an encoder needs to know; `level` is the compression of a PNG, the quality of a JPEG. */
export interface EncoderSettings {
  readonly format: PictureFormat;
  readonly level: number;
}

const levelNames = { png: "compression", jpeg: "quality" } as const;
const levelMax = { png: 9, jpeg: 100 } as const;

/** Throws a `PictureError`, reason `parameters`. */
export function encoderSettings(parameters: PictureParameters): EncoderSettings {
  const { format } = parameters;
  const level = parameters[levelNames[format]];
  if (!Number.isInteger(level) || level < 1 || level > levelMax[format]) {
    throw new PictureError(
      "parameters",
      `Cannot encode ${format}: ${levelNames[format]} ${level}, wanted 1-${levelMax[format]}`,
    );
  }
  return { format, level };
}
