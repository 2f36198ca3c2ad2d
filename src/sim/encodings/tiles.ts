import type { Rect } from "../../rfb/rect.ts";

export interface Tile {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** Cuts a rectangle's pixels into tiles of `side` pixels, left to right, top to bottom. */
export function* tilesOf(rect: Rect, pixels: Uint32Array, side: number): Generator<Tile> {
  for (let y = 0; y < rect.height; y += side) {
    const height = Math.min(side, rect.height - y);
    for (let x = 0; x < rect.width; x += side) {
      const width = Math.min(side, rect.width - x);
      const tile = new Uint32Array(width * height);
      for (let row = 0; row < height; row++) {
        const start = (y + row) * rect.width + x;
        tile.set(pixels.subarray(start, start + width), row * width);
      }
      yield { width, height, pixels: tile };
    }
  }
}
