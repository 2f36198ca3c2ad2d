import type { Rect } from "../rfb/rect.ts";

/** What happened to a screen. `copied`: the rectangle now shows what was at `from`. */
export type ScreenChange =
  | { readonly type: "painted"; readonly rect: Rect }
  | { readonly type: "copied"; readonly rect: Rect; readonly from: { x: number; y: number } }
  | { readonly type: "resized"; readonly from: { width: number; height: number } };

/**
 * The picture of a simulated host, a word 0x00RRGGBB per pixel. Clients of the host hear of each
 * change.
 */
export class SimScreen {
  readonly listeners = new Set<(change: ScreenChange) => void>();
  #pixels: Uint32Array;
  #width: number;
  #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint32Array(width * height);
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  get pixels(): Uint32Array {
    return this.#pixels;
  }

  get bounds(): Rect {
    return { x: 0, y: 0, width: this.#width, height: this.#height };
  }

  /** The new screen is black. */
  resize(width: number, height: number): void {
    const from = { width: this.#width, height: this.#height };
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint32Array(width * height);
    this.#tell({ type: "resized", from });
  }

  /** What lies outside the screen is cut off. */
  fill(rect: Rect, pixel: number): void {
    const inside = intersection(rect, this.bounds);
    if (inside === null) return;
    for (let y = inside.y; y < inside.y + inside.height; y++) {
      const start = y * this.#width + inside.x;
      this.#pixels.fill(pixel, start, start + inside.width);
    }
    this.#tell({ type: "painted", rect: inside });
  }

  /** Puts rect.width * rect.height pixels, row by row; the rectangle must lie inside the screen. */
  put(rect: Rect, pixels: Uint32Array): void {
    for (let row = 0; row < rect.height; row++) {
      const line = pixels.subarray(row * rect.width, (row + 1) * rect.width);
      this.#pixels.set(line, (rect.y + row) * this.#width + rect.x);
    }
    this.#tell({ type: "painted", rect });
  }

  /** Copies what is at `from` to `rect`, both inside the screen. */
  copy(rect: Rect, from: { readonly x: number; readonly y: number }): void {
    const source = this.read({ ...rect, ...from });
    for (let row = 0; row < rect.height; row++) {
      const line = source.subarray(row * rect.width, (row + 1) * rect.width);
      this.#pixels.set(line, (rect.y + row) * this.#width + rect.x);
    }
    this.#tell({ type: "copied", rect, from });
  }

  /** A copy of the rectangle's pixels, row by row. */
  read(rect: Rect): Uint32Array {
    const pixels = new Uint32Array(rect.width * rect.height);
    for (let row = 0; row < rect.height; row++) {
      const start = (rect.y + row) * this.#width + rect.x;
      pixels.set(this.#pixels.subarray(start, start + rect.width), row * rect.width);
    }
    return pixels;
  }

  #tell(change: ScreenChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** What both rectangles cover; null if nothing. */
export function intersection(a: Rect, b: Rect): Rect | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
