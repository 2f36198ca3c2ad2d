/** Pictures of a part of a frame are those of a frame that has nothing else. */
import { describe, expect, test } from "bun:test";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import { mixed, noise, TestFrame, type TestRect } from "../../support/pictures.ts";
import { engineNames, openPictures, painted, parameters } from "./fixtures.ts";

const pictures = Object.fromEntries(engineNames.map((name) => [name, openPictures(name)]));

function partOf(frame: TestFrame, { x, y, width, height }: TestRect): TestFrame {
  const part = new TestFrame(width, height);
  return part.paint(part.all, (left, top) => frame.pixels[(y + top) * frame.width + x + left]);
}

const areas: [string, TestRect][] = [
  ["left half", { x: 0, y: 0, width: 100, height: 90 }],
  ["right half", { x: 100, y: 0, width: 100, height: 90 }],
  ["lower half", { x: 0, y: 45, width: 200, height: 45 }],
  ["odd corner", { x: 33, y: 17, width: 151, height: 73 }],
  ["pixel", { x: 199, y: 89, width: 1, height: 1 }],
];

const kinds: [string, Partial<PictureParameters>][] = [
  ["png", { format: "png" }],
  ["jpeg", { format: "jpeg" }],
  ["png of half the size", { format: "png", width: 50 }],
  ["jpeg of an odd size", { format: "jpeg", width: 37, height: 61 }],
];

describe.each(engineNames)("%s", (engine) => {
  describe.each(areas)("the %s", (_name, area) => {
    test.each(kinds)("as %s", async (_kind, wanted) => {
      const frame = painted(200, 90, mixed);
      const encoder = pictures[engine].openEncoder();
      const ofPart = pictures[engine].openEncoder();
      const same = async () => {
        const found = await encoder.encode(frame, parameters({ ...wanted, area }));
        const expected = await ofPart.encode(partOf(frame, area), parameters(wanted));
        expect(Buffer.compare(found.bytes, expected.bytes)).toBe(0);
        return found;
      };
      const before = await same();
      // Some rows change, and with them the strips that show them.
      frame.paint(
        { x: 0, y: 50, width: 200, height: 40 },
        (x, y) => (x * 77 + y * 7919) & 0xffffff,
      );
      const after = await same();
      expect(after.etag).not.toBe(before.etag);
      encoder.close();
      ofPart.close();
    });
  });
});

test("pictures of different areas are told apart, also from that of the whole frame", async () => {
  const frame = painted(64, 64, noise);
  const encoder = pictures.wasm.openEncoder();
  const whole = parameters({ format: "jpeg", width: 16, height: 16 });
  const all = { x: 0, y: 0, width: 64, height: 64 };
  const etags = [whole, { ...whole, area: all }, { ...whole, area: { ...all, width: 32 } }].map(
    (each) => encoder.etag(frame, each),
  );
  expect(new Set(etags).size).toBe(3);
  encoder.close();
});

test.each<TestRect>([
  { x: -1, y: 0, width: 8, height: 8 },
  { x: 0, y: 57, width: 8, height: 8 },
  { x: 60, y: 0, width: 5, height: 8 },
  { x: 0, y: 0, width: 0, height: 8 },
])("an area that is not in the frame is refused: %j", async (area) => {
  const frame = painted(64, 64, noise);
  const encoder = pictures.wasm.openEncoder();
  expect(encoder.encode(frame, parameters({ area }))).rejects.toThrow("of a frame of 64x64");
  encoder.close();
});
