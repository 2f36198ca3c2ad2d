import type { HostSession } from "../hosts/host-session.ts";
import type { Rect } from "../rfb/rect.ts";
import { screenArea } from "./screen-area.ts";

/** Where on a computer somebody points. */
export interface PointerPlace {
  /** Pixels from the left and from above, or parts of the whole, from 0 to 1. */
  readonly unit: "pixels" | "parts";
  readonly x: number;
  readonly y: number;
  /** The number of one of several screens; absent: all of them. */
  readonly screen?: number;
}

/** Such a place is not on the screen. The message says how large that is. */
export class PointerPlaceError extends Error {
  override readonly name = "PointerPlaceError";
}

/** The pixel of the whole screen. Throws PointerPlaceError, UnknownScreenError. */
export function pixelOf(place: PointerPlace, session: HostSession): { x: number; y: number } {
  const { x, y, unit } = place;
  const area = areaOf(place, session);
  const maxima = unit === "parts" ? { x: 1, y: 1 } : { x: area.width - 1, y: area.height - 1 };
  if (!(x >= 0 && x <= maxima.x && y >= 0 && y <= maxima.y)) {
    throw new PointerPlaceError(
      `x, y are ${x}, ${y}, wanted 0 to ${maxima.x}, 0 to ${maxima.y} (the screen has ${area.width}x${area.height} pixels)`,
    );
  }
  const across = unit === "parts" ? x * (area.width - 1) : x;
  const down = unit === "parts" ? y * (area.height - 1) : y;
  return { x: area.x + Math.round(across), y: area.y + Math.round(down) };
}

function areaOf({ screen }: PointerPlace, { screenSize, state }: HostSession): Rect {
  const { width, height } = screenSize;
  if (screen === undefined) return { x: 0, y: 0, width, height };
  return screenArea(state.known.screens, screen, { width, height });
}
