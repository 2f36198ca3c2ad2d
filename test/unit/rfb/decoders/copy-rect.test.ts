import { describe, expect, test } from "bun:test";
import { ProtocolError } from "../../../../src/bytes/errors.ts";
import { CopyRectDecoder } from "../../../../src/rfb/decoders/copy-rect.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { expectEveryCutToFail, readInEveryWay } from "../../../support/chunked.ts";

const decoder = new CopyRectDecoder();

function numberedScreen(width: number, height: number): Framebuffer {
  const screen = new Framebuffer(width, height);
  screen.pixels.forEach((_, index) => (screen.pixels[index] = index));
  return screen;
}

/** The same by way of a copy of the whole screen. */
function expectCopied(
  width: number,
  height: number,
  rect: { x: number; y: number; width: number; height: number },
  source: { x: number; y: number },
): void {
  const screen = numberedScreen(width, height);
  const expected = [...screen.pixels];
  for (let y = 0; y < rect.height; y++) {
    for (let x = 0; x < rect.width; x++) {
      expected[(rect.y + y) * width + rect.x + x] = (source.y + y) * width + source.x + x;
    }
  }
  for (const _ of decoder.decodeRect(source, rect, screen));
  expect([...screen.pixels]).toEqual(expected);
}

test("reads literal bytes", async () => {
  const bytes = Uint8Array.of(0x01, 0x02, 0x03, 0x04);
  for (const source of await readInEveryWay(bytes, (stream) => decoder.readRect(stream))) {
    expect(source).toEqual({ x: 0x0102, y: 0x0304 });
  }
  await expectEveryCutToFail(bytes, (stream) => decoder.readRect(stream));
});

describe("copies", () => {
  const moves = [-30, -1, 0, 1, 30].flatMap((x) => [-30, -1, 0, 1, 30].map((y) => ({ x, y })));
  test.each(moves)("to somewhere overlapping or apart: $x,$y", ({ x, y }) => {
    expectCopied(75, 77, { x: 35, y: 34, width: 10, height: 13 }, { x: 35 - x, y: 34 - y });
  });

  test.each([-1, 1, -20, 20, 0])("so much that it yields in between, moved by %d", (move) => {
    const rect = { x: 1, y: 20, width: 900, height: 60 };
    const screen = numberedScreen(902, 100);
    expect([...decoder.decodeRect({ x: 1, y: 20 }, rect, screen)].length).toBeGreaterThan(2);
    expectCopied(902, 100, rect, { x: 0, y: 20 - move });
  });

  test("from the very edge of the screen", () => {
    expectCopied(20, 10, { x: 0, y: 0, width: 5, height: 4 }, { x: 15, y: 6 });
  });
});

test.each([
  [16, 6],
  [15, 7],
  [65535, 65535],
])("refuses a source that leaves the screen: %d,%d", (x, y) => {
  const rect = { x: 0, y: 0, width: 5, height: 4 };
  expect(() => [...decoder.decodeRect({ x, y }, rect, numberedScreen(20, 10))]).toThrow(
    new ProtocolError(`Cannot copy rectangle: source 5x4 at ${x},${y}, wanted inside 20x10`),
  );
});
