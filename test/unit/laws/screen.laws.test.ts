/** Updates in any order, over every encoding, give the picture that a simple painter gives. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Coverage } from "../../../src/rfb/coverage.ts";
import type { Rect } from "../../../src/rfb/rect.ts";

const size = fc.record({
  width: fc.integer({ min: 1, max: 70 }),
  height: fc.integer({ min: 1, max: 9 }),
});

/** Rectangles of at least a pixel inside the screen. */
function rectsIn({ width, height }: { width: number; height: number }): fc.Arbitrary<Rect[]> {
  const rect = fc.tuple(fc.nat(width - 1), fc.nat(height - 1)).chain(([x, y]) =>
    fc.record({
      x: fc.constant(x),
      y: fc.constant(y),
      width: fc.integer({ min: 1, max: width - x }),
      height: fc.integer({ min: 1, max: height - y }),
    }),
  );
  return fc.array(rect, { maxLength: 12 });
}

describe("Coverage", () => {
  test("is complete when every pixel has come, and not before", () => {
    fc.assert(
      fc.property(
        size.chain((found) => fc.record({ size: fc.constant(found), rects: rectsIn(found) })),
        ({ size: { width, height }, rects }) => {
          const coverage = new Coverage({ width, height });
          const pixels = new Set<number>();
          for (const rect of rects) {
            coverage.add(rect);
            for (let y = rect.y; y < rect.y + rect.height; y++) {
              for (let x = rect.x; x < rect.x + rect.width; x++) pixels.add(y * width + x);
            }
            expect(coverage.isComplete).toBe(pixels.size === width * height);
          }
          // All but one pixel, and then that one.
          const last = (rects.length * 7) % (width * height);
          if (pixels.has(last)) return;
          for (let at = 0; at < width * height; at++) {
            if (at === last) continue;
            coverage.add({ x: at % width, y: Math.floor(at / width), width: 1, height: 1 });
          }
          expect(coverage.isComplete).toBe(false);
          coverage.add({ x: last % width, y: Math.floor(last / width), width: 1, height: 1 });
          expect(coverage.isComplete).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
