import type { Rect } from "../../rfb/rect.ts";
import { intersection } from "../sim-screen.ts";

/** Above this many rectangles one that encloses them all takes their place. */
const rectanglesMax = 32;

/** The parts of the screen that a client has not been sent yet. */
export class DirtyRegion {
  #rects: Rect[] = [];

  get isEmpty(): boolean {
    return this.#rects.length === 0;
  }

  clear(): void {
    this.#rects = [];
  }

  add(rect: Rect): void {
    if (this.#rects.some((known) => contains(known, rect))) return;
    this.#rects = this.#rects.filter((known) => !contains(rect, known));
    this.#rects.push(rect);
    if (this.#rects.length > rectanglesMax) this.#rects = [this.#rects.reduce(enclosing)];
  }

  /** Takes out what lies inside `area`. */
  take(area: Rect): Rect[] {
    const taken: Rect[] = [];
    const left: Rect[] = [];
    for (const rect of this.#rects) {
      const inside = intersection(rect, area);
      if (inside !== null) taken.push(inside);
      left.push(...(inside === null ? [rect] : around(rect, inside)));
    }
    this.#rects = left;
    return taken;
  }
}

function contains(outer: Rect, inner: Rect): boolean {
  const common = intersection(outer, inner);
  return common !== null && common.width === inner.width && common.height === inner.height;
}

function enclosing(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** What is left of `rect` without `hole`, which lies inside it. */
function around(rect: Rect, hole: Rect): Rect[] {
  const right = hole.x + hole.width;
  const bottom = hole.y + hole.height;
  return [
    { x: rect.x, y: rect.y, width: rect.width, height: hole.y - rect.y },
    { x: rect.x, y: bottom, width: rect.width, height: rect.y + rect.height - bottom },
    { x: rect.x, y: hole.y, width: hole.x - rect.x, height: hole.height },
    { x: right, y: hole.y, width: rect.x + rect.width - right, height: hole.height },
  ].filter((part) => part.width > 0 && part.height > 0);
}
