import { describe, expect, test } from "bun:test";
import { encodeJpegHead, encodeJpegStrip, splitJpeg } from "../../../src/image/jpeg/jpeg-file.ts";
import { PictureError } from "../../../src/image/picture-error.ts";

const soi = "ffd8";
const app0 = "ffe000044a46";
/** 8 bits, 16 rows, 100 columns, three components; the first with the given sampling factors. */
const sof0 = (factors: string) => `ffc00011080010006403${`01${factors}00`}021101031101`;
const sos = "ffda000c03010002110311003f00";
const scan = "a1b2ff00c3";

function bytes(...hex: string[]): Uint8Array {
  return Uint8Array.fromHex(hex.join(""));
}

test("a file is split behind SOS", () => {
  const { header, scan: found } = splitJpeg(bytes(soi, app0, sof0("22"), sos, scan, "ffd9"));
  expect(header.toHex()).toBe(soi + app0 + sof0("22") + sos);
  expect(found.toHex()).toBe(`${scan}ffd9`);
});

test("each strip ends with the next of eight restart markers, the last one with EOI", () => {
  const ends = [0, 1, 7, 8, 15, 16].map((index) =>
    encodeJpegStrip(bytes(scan, "ffd9"), index, false).toHex(),
  );
  expect(ends).toEqual(["d0", "d1", "d7", "d0", "d7", "d0"].map((end) => `${scan}ff${end}`));
  expect(encodeJpegStrip(bytes(scan, "ffd9"), 3, true).toHex()).toBe(`${scan}ffd9`);
});

describe("the head has the whole height and a restart interval before SOS", () => {
  const head = (factors: string, width: number, height: number) =>
    encodeJpegHead(bytes(soi, app0, sof0(factors), sos), { width, height }).toHex();
  const expected = (factors: string, height: string, interval: string) =>
    `${soi}${app0}${sof0(factors).replace("080010", `08${height}`)}ffdd0004${interval}${sos}`;

  test("4:2:0, blocks of 16x16: seven in a strip of 100 columns", () => {
    expect(head("22", 100, 0x1234)).toBe(expected("22", "1234", "0007"));
  });

  test("4:4:4, blocks of 8x8: two rows of thirteen", () => {
    expect(head("11", 100, 1)).toBe(expected("11", "0001", "001a"));
  });

  test("the widest picture", () => {
    expect(head("11", 16384, 16384)).toBe(expected("11", "4000", "1000"));
  });
});

describe("what is no JPEG of the kind is an error", () => {
  const whole = bytes(soi, app0, sof0("22"), sos);
  const cuts = Array.from({ length: whole.length - 14 }, (_, length) => whole.subarray(0, length));
  const wrong = [
    ["nothing", new Uint8Array(0)],
    ["no marker where one belongs", bytes(soi, "00e00004", sos)],
    ["a progressive one", bytes(soi, sof0("22").replace("c0", "c2"), "ffd9")],
  ] as const;

  test.each(wrong)("%s", (_name, jpeg) => {
    expect(() => splitJpeg(jpeg)).toThrow(PictureError);
  });

  test("cut anywhere before SOS", () => {
    for (const cut of cuts) {
      expect(() => splitJpeg(cut)).toThrow("Cannot join JPEG strips: no marker 0xda in a strip");
    }
  });
});
