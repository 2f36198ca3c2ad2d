import type { Rect } from "../rfb/rect.ts";
import type { Size } from "../rfb/size.ts";

/** A host has no such screen. The message says which ones it has. */
export class UnknownScreenError extends Error {
  override readonly name = "UnknownScreenError";
}

/**
 * The part of the frame that one of several screens fills. They are numbered from 1 on, in the
 * order in which the host names them; a host that names none has one. Throws UnknownScreenError.
 *
 * The host gives places in its desktop, where a screen may lie left of the first one, at negative
 * numbers, and where a pixel may be larger than one of the frame.
 */
export function screenArea(screens: readonly Rect[], number: number, frame: Size): Rect {
  const all = screens.filter(({ width, height }) => width > 0 && height > 0);
  if (all.length === 0 && number === 1) return { x: 0, y: 0, ...sizeOf(frame) };
  const screen = all[number - 1];
  if (screen === undefined) throw new UnknownScreenError(describe(number, all.length));
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const right = Math.max(...all.map(({ x, width }) => x + width));
  const bottom = Math.max(...all.map(({ y, height }) => y + height));
  const across = frame.width / (right - left);
  const down = frame.height / (bottom - top);
  const x = Math.min(Math.round((screen.x - left) * across), frame.width - 1);
  const y = Math.min(Math.round((screen.y - top) * down), frame.height - 1);
  return {
    x,
    y,
    width: within(Math.round(screen.width * across), frame.width - x),
    height: within(Math.round(screen.height * down), frame.height - y),
  };
}

function within(length: number, max: number): number {
  return Math.max(1, Math.min(length, max));
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

function describe(number: number, count: number): string {
  const known = count <= 1 ? "one screen" : `screens 1 to ${count}`;
  return `screen ${number} is unknown: the host has ${known}`;
}
