/** What hosts are asked for: measured on real ones, see docs/decisions.md. */
import { describe, expect, test } from "bun:test";
import { pixelEncodings } from "../../../src/hosts/pixel-encodings.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";

const raw = [Encoding.Raw];
const zrleFirst = [Encoding.Zrle, Encoding.Zlib, Encoding.Hextile, Encoding.Raw];

const fullHd = { width: 1920, height: 1080 };

describe("on the same computer", () => {
  test.each([
    [1, 1, raw],
    [1920, 1080, raw],
    [3840, 2160, raw],
    [3840, 2161, zrleFirst],
    [5120, 2880, zrleFirst],
    [6016, 3384, zrleFirst],
    [7680, 2160, zrleFirst],
    [9600, 3240, zrleFirst],
  ])("a screen of %d x %d", (width, height, wanted) => {
    const size = { width, height };
    expect(pixelEncodings({ isLocal: true, size, failures: 0 })).toEqual(wanted);
  });
});

test("over a network every screen is compressed", () => {
  for (const size of [{ width: 1, height: 1 }, fullHd, { width: 9600, height: 3240 }]) {
    expect(pixelEncodings({ isLocal: false, size, failures: 0 })).toEqual(zrleFirst);
  }
});

test.each([
  [true, [raw, raw, zrleFirst, zrleFirst, raw, raw, zrleFirst]],
  [false, [zrleFirst, zrleFirst, raw, raw, zrleFirst, zrleFirst, raw]],
])("after two sessions without a picture the other way is tried (local: %p)", (isLocal, wanted) => {
  const tried = wanted.map((_, failures) => pixelEncodings({ isLocal, size: fullHd, failures }));
  expect(tried).toEqual(wanted);
});
