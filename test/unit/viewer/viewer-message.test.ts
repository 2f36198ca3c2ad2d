/** What viewers send, byte by byte, and what none may send. */
import { describe, expect, test } from "bun:test";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import { readViewerMessage, type ViewerMessage } from "../../../src/viewer/viewer-message.ts";
import { readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { randomBelow, randomFrom } from "../../support/pictures.ts";

const bytesOf = (hex: string) => Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));

const messages: [string, string, Partial<ViewerMessage>][] = [
  [
    "SetEncodings of noVNC, its beginning",
    "02 00 0004  00000001 00000007 ffffffe6 c0a1e5ce",
    { kind: "encodings", encodings: [1, 7, -26, -1063131698] },
  ],
  ["SetEncodings, none", "02 00 0000", { kind: "encodings", encodings: [] }],
  [
    "FramebufferUpdateRequest",
    "03 00 0102 0304 0506 0708",
    {
      kind: "update-request",
      isIncremental: false,
      area: { x: 0x102, y: 0x304, width: 0x506, height: 0x708 },
    },
  ],
  [
    "FramebufferUpdateRequest, incremental",
    "03 01 0000 0000 ffff ffff",
    {
      kind: "update-request",
      isIncremental: true,
      area: { x: 0, y: 0, width: 65535, height: 65535 },
    },
  ],
  ["a key pressed", "04 01 0000 0100263a", { kind: "key", keysym: 0x0100263a, isDown: true }],
  ["a key released", "04 00 ffff 0000ff0d", { kind: "key", keysym: 0xff0d, isDown: false }],
  ["the pointer", "05 81 0780 0438", { kind: "pointer", x: 1920, y: 1080, buttonMask: 0x81 }],
  [
    "a text cut",
    "06 000000 00000003 61 e4 62",
    { kind: "cut-text", isExtended: false, bytes: Uint8Array.of(0x61, 0xe4, 0x62) },
  ],
  [
    "nothing cut",
    "06 000000 00000000",
    { kind: "cut-text", isExtended: false, bytes: new Uint8Array(0) },
  ],
  [
    "the extended clipboard",
    "06 000000 fffffffc 08000001",
    { kind: "cut-text", isExtended: true, bytes: Uint8Array.of(8, 0, 0, 1) },
  ],
  [
    "SetDesktopSize with two screens",
    `fb 00 0400 0300 02 00 ${"00".repeat(32)}`,
    { kind: "desktop-size" },
  ],
];

describe.each(messages)("%s", (_name, hex, message) => {
  test("is read, however it arrives, and nothing behind it", async () => {
    const results = await readInEveryWay(bytesOf(`${hex} 77`), async (stream) => ({
      message: await readViewerMessage(stream),
      next: await stream.read(1),
    }));
    for (const result of results) {
      expect(result.message as object).toEqual(message);
      expect(result.next).toEqual(Uint8Array.of(0x77));
    }
  });

  test("is an error when it is cut short", async () => {
    const bytes = bytesOf(hex);
    for (let length = 1; length < bytes.length; length++) {
      const failure = await failureOf(readViewerMessage(wholeStream(bytes.subarray(0, length))));
      expect(failure).toBeInstanceOf(EndOfStreamError);
    }
  });
});

test("the end between messages is ordinary", async () => {
  expect(await readViewerMessage(wholeStream(new Uint8Array(0)))).toBeNull();
});

test("SetPixelFormat is read to its end", async () => {
  const bytes = bytesOf("00 000000 20 18 00 01 00ff 00ff 00ff 00 08 10 000000");
  for (let length = 1; length < bytes.length; length++) {
    const failure = await failureOf(readViewerMessage(wholeStream(bytes.subarray(0, length))));
    expect(failure).toBeInstanceOf(EndOfStreamError);
  }
  const stream = wholeStream(bytes);
  expect((await readViewerMessage(stream))?.kind).toBe("pixel-format");
  expect(stream.availableBytes).toBe(0);
});

describe("refuses", () => {
  test.each([
    ["a type that is unknown", "01", "Cannot read viewer's message: unknown type 1"],
    ["a fence, which was not offered", "f8", "Cannot read viewer's message: unknown type 248"],
    ["257 encodings", "02 00 0101", "Cannot read SetEncodings: 257 encodings, at most 256 allowed"],
    [
      "a text of over 1 MiB",
      "06 000000 00100001",
      "Cannot read ClientCutText: 1048577 bytes, at most 1048576 allowed",
    ],
    [
      "an extended one",
      "06 000000 ffefffff",
      "Cannot read ClientCutText: 1048577 bytes, at most 1048576 allowed",
    ],
    [
      "the length that has no positive one",
      "06 000000 80000000",
      "Cannot read ClientCutText: 2147483648 bytes, at most 1048576 allowed",
    ],
    [
      "24 bits per pixel",
      "00 000000 18 18 00 01 00ff 00ff 00ff 00 08 10 000000",
      "Cannot take pixel format: found 24 bits per pixel, wanted 8, 16 or 32",
    ],
    [
      "a colour map",
      "00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000",
      "Cannot take pixel format: found a colour map, wanted true colour",
    ],
    [
      "a maximum that is none",
      "00 000000 20 18 00 01 00ff 00fe 00ff 00 08 10 000000",
      "Cannot take pixel format: found a maximum of 254 at bit 8 in 32 bits, wanted 2^n-1 that fits",
    ],
    [
      "a colour of no bits",
      "00 000000 20 18 00 01 00ff 0000 00ff 00 08 10 000000",
      "Cannot take pixel format: found a maximum of 0 at bit 8 in 32 bits, wanted 2^n-1 that fits",
    ],
    [
      "a shift out of the pixel",
      "00 000000 10 10 00 01 001f 003f 001f 0b 05 0c 000000",
      "Cannot take pixel format: found a maximum of 31 at bit 12 in 16 bits, wanted 2^n-1 that fits",
    ],
    [
      "a shift of 255",
      "00 000000 20 18 00 01 00ff 00ff 00ff 00 08 ff 000000",
      "Cannot take pixel format: found a maximum of 255 at bit 255 in 32 bits, wanted 2^n-1 that fits",
    ],
  ])("%s", async (_name, hex, message) => {
    const failure = await failureOf(readViewerMessage(wholeStream(bytesOf(hex))));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(message);
  });

  test("any bytes at all with one of two errors, if not as messages", async () => {
    const random = randomFrom(12);
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: randomBelow(random, 60) }, () =>
        randomBelow(random, random() < 0.5 ? 8 : 256),
      );
      const stream = wholeStream(bytes);
      try {
        while ((await readViewerMessage(stream)) !== null);
      } catch (error) {
        if (error instanceof ProtocolError || error instanceof EndOfStreamError) continue;
        throw error;
      }
    }
  });
});
