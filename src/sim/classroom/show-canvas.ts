import type { Canvas } from "./canvas.ts";
import type { SimScreen } from "../sim-screen.ts";

const stripRows = 24;

/**
 * Puts on the screen what differs from it, one rectangle per strip of rows. Both have the same
 * size.
 */
export function showCanvas(canvas: Canvas, screen: SimScreen): void {
  const { width, height } = screen;
  for (let top = 0; top < height; top += stripRows) {
    const bottom = Math.min(top + stripRows, height);
    let left = width;
    let right = 0;
    for (let y = top; y < bottom; y++) {
      const row = y * width;
      let x = 0;
      while (x < left && canvas.pixels[row + x] === screen.pixels[row + x]) x++;
      left = Math.min(left, x);
      let end = width;
      while (end > right && canvas.pixels[row + end - 1] === screen.pixels[row + end - 1]) end--;
      right = Math.max(right, end);
    }
    if (left >= right) continue;
    const rect = { x: left, y: top, width: right - left, height: bottom - top };
    screen.put(rect, canvas.read(rect));
  }
}
