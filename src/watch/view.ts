import type { PictureParameters } from "../image/picture-parameters.ts";
import type { Size } from "../rfb/size.ts";
import type { Rect } from "../rfb/rect.ts";
import { screenArea } from "./screen-area.ts";

/** What somebody wants to see of a computer, and how. */
export interface View extends Omit<PictureParameters, "area"> {
  /** The number of one of several screens; absent: all of them. */
  readonly screen?: number;
}

/** The picture of it in a frame. Throws UnknownScreenError. */
export function pictureOf(
  { screen, ...parameters }: View,
  screens: readonly Rect[],
  frame: Size,
): PictureParameters {
  if (screen === undefined) return parameters;
  return { ...parameters, area: screenArea(screens, screen, frame) };
}
