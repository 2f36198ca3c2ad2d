import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import { rfbLimits } from "../../../src/rfb/limits.ts";
import { type PseudoEffect, readPseudoRectangle } from "../../../src/rfb/pseudo-rectangles.ts";
import type { Rect } from "../../../src/rfb/rect.ts";
import { expectEveryCutToFail, readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { unlimitedRoom } from "../../support/rfb-parts.ts";

const none: PseudoEffect = { kind: "none" };
const resize: PseudoEffect = { kind: "resize", width: 64, height: 48 };

/** Four columns and a row of red, green and blue, with a mask that leaves the second pixel out. */
const cursorBytes = "0000ff00" + "00ff00ff" + "ff000000" + "01020304" + "b0";
const cursor: PseudoEffect = {
  kind: "cursor",
  cursor: {
    width: 4,
    height: 1,
    hotspot: { x: 3, y: 0 },
    pixels: Uint32Array.of(0x00ff0000, 0xff00ff00, 0x000000ff, 0x04030201),
    mask: Uint8Array.of(0xb0),
  },
};
const hiddenCursor: PseudoEffect = {
  kind: "cursor",
  cursor: {
    width: 0,
    height: 0,
    hotspot: { x: 0, y: 0 },
    pixels: new Uint32Array(0),
    mask: new Uint8Array(0),
  },
};

const rect = (width: number, height: number, x = 0, y = 0): Rect => ({ x, y, width, height });

/** One screen of ExtendedDesktopSize, as 4.7.5 and 4.11.1 send it. */
const oneScreen = "00000001000000000040003000000000";
const noScreen = "00000000";

const pseudoRectangles: [string, number, Rect, string, PseudoEffect][] = [
  ["LastRect", Encoding.LastRect, rect(0, 0), "", { kind: "last-rectangle" }],
  ["DesktopSize", Encoding.DesktopSize, rect(64, 48), "", resize],
  ["DesktopSize at some place", Encoding.DesktopSize, rect(64, 48, 7, 9), "", resize],
  [
    "ExtendedDesktopSize",
    Encoding.ExtendedDesktopSize,
    rect(64, 48),
    `01000000${oneScreen}`,
    resize,
  ],
  [
    "... with two screens",
    Encoding.ExtendedDesktopSize,
    rect(64, 48, 1),
    `02000000${oneScreen}${oneScreen}`,
    resize,
  ],
  ["... without a screen", Encoding.ExtendedDesktopSize, rect(64, 48, 2), noScreen, resize],
  [
    "... with 255 screens",
    Encoding.ExtendedDesktopSize,
    rect(64, 48),
    `ff000000${oneScreen.repeat(255)}`,
    resize,
  ],
  [
    "... a request of somebody that failed",
    Encoding.ExtendedDesktopSize,
    rect(9, 9, 1, 3),
    `01000000${oneScreen}`,
    none,
  ],
  ["RichCursor", Encoding.RichCursor, rect(4, 1, 3, 0), cursorBytes, cursor],
  ["RichCursor, hidden", Encoding.RichCursor, rect(0, 0), "", hiddenCursor],
  ["XCursor, 9x2", Encoding.XCursor, rect(9, 2), "00".repeat(6 + 2 * 2 * 2), none],
  ["XCursor, hidden", Encoding.XCursor, rect(0, 0), "", none],
  ["PointerPos", Encoding.PointerPos, rect(0, 0, 30, 40), "", none],
  ["DesktopName", Encoding.DesktopName, rect(0, 0), "00000003616263", none],
];

describe.each(pseudoRectangles)("%s", (_name, encoding, at, payload, effect) => {
  test("is read, however it arrives, and nothing behind it", async () => {
    const bytes = Uint8Array.fromHex(`${payload}ff`);
    const results = await readInEveryWay(bytes, async (stream) => ({
      effect: await readPseudoRectangle(stream, encoding, at, unlimitedRoom),
      next: await stream.read(1),
    }));
    for (const result of results) expect(result).toEqual({ effect, next: Uint8Array.of(255) });
  });

  test("is nothing when it is cut short", () =>
    expectEveryCutToFail(Uint8Array.fromHex(payload), async (stream) =>
      readPseudoRectangle(stream, encoding, at, unlimitedRoom),
    ));
});

test.each([0, 1, 16, -309, -312, -32, -256])("%d is no pseudo-rectangle", async (encoding) => {
  const stream = wholeStream(Uint8Array.of(1));
  expect(await readPseudoRectangle(stream, encoding, rect(1, 1), unlimitedRoom)).toBeNull();
  expect(stream.availableBytes).toBe(1);
});

describe("limits", () => {
  const max = rfbLimits.cursorSidePixelsMax;

  test.each([
    ["RichCursor", Encoding.RichCursor, max * max * 4 + (max / 8) * max],
    ["XCursor", Encoding.XCursor, 6 + 2 * (max / 8) * max],
  ])("the largest %s", async (_name, encoding, payloadBytes) => {
    const stream = wholeStream(new Uint8Array(payloadBytes));
    const effect = await readPseudoRectangle(stream, encoding, rect(max, max), unlimitedRoom);
    // The one is too large to be kept, the other never is.
    expect(effect).toEqual(
      encoding === Encoding.RichCursor ? { kind: "cursor", cursor: null } : none,
    );
    expect(stream.availableBytes).toBe(0);
  });

  test("a cursor is kept up to 256x256 pixels, for which room is asked before they are read", async () => {
    const taken: number[] = [];
    const room = { take: (bytes: number) => taken.push(bytes) };
    const read = async (width: number, height: number) => {
      const stream = wholeStream(
        new Uint8Array(width * height * 4 + Math.ceil(width / 8) * height),
      );
      const effect = await readPseudoRectangle(
        stream,
        Encoding.RichCursor,
        rect(width, height),
        room,
      );
      expect(stream.availableBytes).toBe(0);
      return (effect as { cursor: unknown }).cursor !== null;
    };
    expect(await read(256, 256)).toBe(true);
    expect(await read(1, 1024)).toBe(true);
    expect(await read(257, 256)).toBe(false);
    expect(taken).toEqual([256 * 256 * 4 + 32 * 256, 1024 * 4 + 1024]);
  });

  test.each([
    [max + 1, 1],
    [1, max + 1],
    [65535, 65535],
  ])("no cursor of %dx%d", async (width, height) => {
    for (const encoding of [Encoding.RichCursor, Encoding.XCursor]) {
      const failure = await failureOf(async () =>
        readPseudoRectangle(
          wholeStream(new Uint8Array(9)),
          encoding,
          rect(width, height),
          unlimitedRoom,
        ),
      );
      expect(failure).toBeInstanceOf(ProtocolError);
      expect(failure.message).toBe(
        `Cannot read cursor: ${width}x${height}, at most 1024 a side allowed`,
      );
    }
  });

  test("a desktop name of as many bytes as allowed, and of one more", async () => {
    const bytesMax = rfbLimits.desktopNameBytesMax;
    const read = async (length: number, there: number) =>
      readPseudoRectangle(
        wholeStream(new ByteWriter().u32(length).bytes(new Uint8Array(there)).finish()),
        Encoding.DesktopName,
        rect(0, 0),
        unlimitedRoom,
      );
    expect(await read(bytesMax, bytesMax)).toEqual(none);
    expect((await failureOf(read(bytesMax + 1, 0))).message).toBe(
      "Cannot read desktop name: 65537 bytes, at most 65536 allowed",
    );
  });
});
