/** What of a computer a query asks to see, and how. */
import { pictureDefaults, type PictureFormat } from "../../image/picture-parameters.ts";
import type { View } from "../../watch/view.ts";
import { ApiError } from "../errors.ts";
import { queryParameters } from "./query.ts";

const formats: Record<string, PictureFormat> = { png: "png", jpeg: "jpeg", jpg: "jpeg" };

export const contentTypes: Readonly<Record<PictureFormat, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
};

/**
 * Like the reference, takes what cannot be read for absent, but for `format` and `screen`. Throws
 * ApiError.
 */
export function readView(url: string, defaultFormat: PictureFormat): View {
  const query = queryParameters(url);
  const name = query.get("format") || defaultFormat;
  if (!Object.hasOwn(formats, name)) throw new ApiError("UnsupportedImageFormat");
  const { compression, quality } = pictureDefaults;
  return {
    format: formats[name],
    compression: Math.min(positive(query.get("compression")) ?? compression, 9),
    quality: Math.min(positive(query.get("quality")) ?? quality, 100),
    width: positive(query.get("width")),
    height: positive(query.get("height")),
    ...screenOf(query.get("screen")),
  };
}

/** Pictures a second. */
export const fpsLimits = { min: 0.01, default: 10, max: 30 } as const;

/** How many pictures a second a query asks for, at most. */
export function readFps(url: string): number {
  const text = queryParameters(url).get("fps") ?? "";
  const fps = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  return fps > 0 ? Math.min(Math.max(fps, fpsLimits.min), fpsLimits.max) : fpsLimits.default;
}

/** A whole number above 0, as Qt reads one. */
function positive(text: string | undefined): number | null {
  const number = text !== undefined && /^\s*\+?\d+\s*$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= 0x7fffffff ? number : null;
}

function screenOf(text: string | undefined): Pick<View, "screen"> {
  if (text === undefined || text === "") return {};
  const screen = positive(text);
  if (screen !== null) return { screen };
  throw new ApiError("InvalidData", "screen is no number from 1 on");
}
