/** New sizes and pointers, byte by byte. */
import { describe, expect, test } from "bun:test";
import { Cursor } from "../../../src/bytes/cursor.ts";
import type { CursorShape } from "../../../src/rfb/cursor-shape.ts";
import { decodePixelFormat, serverPixelFormat } from "../../../src/viewer/pixel-format.ts";
import {
  cursorRect,
  type EncodedRect,
  LayoutReason,
  layoutRect,
  sizeRect,
  unknownCursor,
} from "../../../src/viewer/pseudo-rects.ts";
import { abilitiesOf } from "../../../src/viewer/viewer-abilities.ts";

const show = ({ rect, encoding, payload }: EncodedRect) =>
  `${rect.width}x${rect.height} ${rect.x},${rect.y} ${encoding} ${payload.toHex()}`;

const size = { width: 0x0780, height: 0x0438 };

test("DesktopSize", () => expect(show(sizeRect(size))).toBe("1920x1080 0,0 -223 "));

test("ExtendedDesktopSize: one screen, and why it is told", () => {
  const oneScreen = "01000000" + "00000000" + "0000" + "0000" + "0780" + "0438" + "00000000";
  expect(show(layoutRect(size, LayoutReason.OfServer))).toBe(`1920x1080 0,0 -308 ${oneScreen}`);
  expect(show(layoutRect(size, LayoutReason.Prohibited))).toBe(`1920x1080 1,1 -308 ${oneScreen}`);
});

/** Nine pixels wide, so that a row of the mask has two bytes: all red but the last, not shown. */
const cursor: CursorShape = {
  width: 9,
  height: 1,
  hotspot: { x: 4, y: 0 },
  pixels: new Uint32Array(9).fill(0x77ff1100),
  mask: Uint8Array.of(0xff, 0x00),
};

describe("the pointer", () => {
  const ours = serverPixelFormat();
  const noVncs = decodePixelFormat(
    new Cursor(Uint8Array.fromHex("2018000100ff00ff00ff000810000000"), "test"),
  );

  test("as Cursor, in the viewer's pixels", () => {
    const abilities = abilitiesOf([-239]);
    expect(show(cursorRect(cursor, abilities, ours)!)).toBe(
      `9x1 4,0 -239 ${"0011ff00".repeat(9)}ff00`,
    );
    expect(show(cursorRect(cursor, abilities, noVncs)!)).toBe(
      `9x1 4,0 -239 ${"ff110000".repeat(9)}ff00`,
    );
  });

  test("for a viewer that knows VMware's as R, G, B and alpha, whatever its pixels are", () => {
    const abilities = abilitiesOf([-239, 0x574d5664]);
    expect(show(cursorRect(cursor, abilities, noVncs)!)).toBe(
      `9x1 4,0 ${0x574d5664} 0100${"ff1100ff".repeat(8)}00000000`,
    );
  });

  test("is nothing for a viewer that knows neither", () => {
    expect(cursorRect(cursor, abilitiesOf([7, -240]), ours)).toBeNull();
  });

  test("that is hidden is a rectangle of no size", () => {
    const empty = { width: 0, height: 0, hotspot: { x: 0, y: 0 } };
    const hidden = { ...empty, pixels: new Uint32Array(0), mask: new Uint8Array(0) };
    expect(show(cursorRect(hidden, abilitiesOf([-239]), ours)!)).toBe("0x0 0,0 -239 ");
  });

  test("of which nothing is known is a dot around the place that it points to", () => {
    const { width, height, hotspot, pixels, mask } = unknownCursor;
    expect([width, height, hotspot]).toEqual([7, 7, { x: 3, y: 3 }]);
    expect(pixels[3 * 7 + 3]).toBe(0x202020);
    expect(mask.toHex()).toBe("387cfefefe7c38");
  });
});
