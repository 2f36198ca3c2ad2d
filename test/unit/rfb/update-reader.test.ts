import { describe, expect, test } from "bun:test";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import type { Decoder } from "../../../src/rfb/decoders/decoder.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import { rfbLimits } from "../../../src/rfb/limits.ts";
import { MemoryBudgetError } from "../../../src/scheduling/memory-budget.ts";
import { checkSize } from "../../../src/rfb/size.ts";
import { readUpdate, type UpdateStep } from "../../../src/rfb/update-reader.ts";
import { expectEveryCutToFail, readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { allDecoders, openAccount, openLine } from "../../support/rfb-parts.ts";
import { desktopSize, lastRect, raw, type RectBytes, updateBody } from "./update-bytes.ts";

const screen = { width: 4, height: 3 };

/** What the steps do, in short. */
function describeSteps(steps: readonly UpdateStep[]): string[] {
  return steps.map((step) => {
    if (step.kind === "resize") return `resize ${step.size.width}x${step.size.height}`;
    if (step.kind === "cursor") return `cursor ${step.cursor?.width}x${step.cursor?.height}`;
    const { x, y, width, height } = step.rect;
    return `paint ${width}x${height} at ${x},${y}`;
  });
}

/** Everything that a host may be asked for, but for Raw, which it may send unasked. */
const asked = new Set<number>(Object.values(Encoding).filter((encoding) => encoding !== 0));

async function readFrom(
  stream: ByteStream,
  decoders = allDecoders(),
  memory = openAccount(),
): Promise<readonly UpdateStep[]> {
  const options = { stream, decoders, asked, line: openLine(), memory };
  return (await readUpdate(options, screen)).steps;
}

function read(bytes: Uint8Array, decoders = allDecoders()): Promise<readonly UpdateStep[]> {
  return readFrom(wholeStream(bytes), decoders);
}

async function expectRefused(bytes: Uint8Array, message: string): Promise<void> {
  const failure = await failureOf(read(bytes));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(message);
}

const updates: [string, RectBytes[], number | undefined, string[]][] = [
  ["no rectangle", [], undefined, []],
  ["one rectangle", [raw(1, 2, 3, 1, 0xff)], undefined, ["paint 3x1 at 1,2"]],
  [
    "several",
    [
      raw(0, 0, 4, 3, 1),
      { x: 1, width: 2, height: 1, encoding: Encoding.CopyRect, payload: "00000000" },
    ],
    undefined,
    ["paint 4x3 at 0,0", "paint 2x1 at 1,0"],
  ],
  [
    "a rectangle of no size at the far corner",
    [raw(4, 3, 0, 0, 0)],
    undefined,
    ["paint 0x0 at 4,3"],
  ],
  [
    "an open count",
    [raw(0, 0, 1, 1, 1), raw(1, 0, 1, 1, 1), lastRect],
    0xffff,
    ["paint 1x1 at 0,0", "paint 1x1 at 1,0"],
  ],
  ["an open count with nothing", [lastRect], 0xffff, []],
  ["LastRect before the count is reached", [raw(0, 0, 1, 1, 1), lastRect], 7, ["paint 1x1 at 0,0"]],
  [
    "a cursor",
    [
      { width: 2, height: 1, encoding: Encoding.RichCursor, payload: "000000000000000000" },
      raw(0, 0, 1, 1, 1),
    ],
    undefined,
    ["cursor 2x1", "paint 1x1 at 0,0"],
  ],
  ["only a new size", [desktopSize(9, 8)], undefined, ["resize 9x8"]],
  [
    "rectangles inside the size of their time",
    [
      raw(3, 2, 1, 1, 1),
      desktopSize(9, 8),
      raw(8, 7, 1, 1, 1),
      desktopSize(1, 1),
      raw(0, 0, 1, 1, 1),
    ],
    undefined,
    ["paint 1x1 at 3,2", "resize 9x8", "paint 1x1 at 8,7", "resize 1x1", "paint 1x1 at 0,0"],
  ],
];

describe.each(updates)("%s", (_name, rects, count, steps) => {
  const bytes = updateBody(rects, count);

  test("is read, however it arrives, and nothing behind it", async () => {
    const results = await readInEveryWay(
      Buffer.concat([bytes, Uint8Array.of(9)]),
      async (stream) => ({
        steps: describeSteps(await readFrom(stream)),
        next: await stream.read(1),
      }),
    );
    for (const result of results) expect(result).toEqual({ steps, next: Uint8Array.of(9) });
  });

  test("is nothing when it is cut short", () =>
    expectEveryCutToFail(bytes, (stream) => readFrom(stream)));
});

describe("rectangles outside", () => {
  test.each([
    [raw(4, 0, 1, 1, 0), "1x1 at 4,0"],
    [raw(0, 3, 1, 1, 0), "1x1 at 0,3"],
    [raw(0, 0, 5, 3, 0), "5x3 at 0,0"],
    [raw(1, 1, 4, 2, 0), "4x2 at 1,1"],
    [raw(65535, 65535, 1, 1, 0), "1x1 at 65535,65535"],
    [raw(5, 0, 0, 0, 0), "0x0 at 5,0"],
  ])("%#", (rect, where) =>
    expectRefused(updateBody([rect]), `Cannot paint rectangle: ${where}, wanted inside 4x3`),
  );

  test("of the new size, though inside the old one", () =>
    expectRefused(
      updateBody([desktopSize(2, 2), raw(0, 0, 3, 1, 0)]),
      "Cannot paint rectangle: 3x1 at 0,0, wanted inside 2x2",
    ));
});

test.each(Object.values(Encoding).filter((encoding) => encoding !== 0))(
  "encoding %d, which we know, was not asked for either",
  async (encoding) => {
    const stream = wholeStream(updateBody([{ encoding }]));
    const parts = { decoders: allDecoders(), line: openLine(), memory: openAccount() };
    const failure = await failureOf(readUpdate({ stream, asked: new Set(), ...parts }, screen));
    expect(failure).toEqual(
      new ProtocolError(`Cannot read rectangle: encoding ${encoding} was not asked for`),
    );
  },
);

test("Raw need not be asked for", async () => {
  const stream = wholeStream(updateBody([raw(0, 0, 1, 1, 5)]));
  const parts = { decoders: allDecoders(), line: openLine(), memory: openAccount() };
  const update = await readUpdate({ stream, asked: new Set(), ...parts }, screen);
  expect(describeSteps(update.steps)).toEqual(["paint 1x1 at 0,0"]);
});

const unasked = [9, -65527, 8, 15, 17, 21, -131072, -131071, -131069, -309, 99999];

test.each(unasked)("encoding %d was not asked for", (encoding) =>
  expectRefused(
    updateBody([{ encoding }]),
    `Cannot read rectangle: encoding ${encoding} was not asked for`,
  ),
);

describe("limits", () => {
  const { rectanglesPerUpdateMax, sidePixelsMax, framePixelsMax } = rfbLimits;
  const { updateBytesMin, updateBytesPerPixelMax, overpaintMax, resizesPerUpdateMax } = rfbLimits;
  const empty: RectBytes = { encoding: Encoding.CopyRect, payload: "00000000" };

  test("rectangles that are announced", async () => {
    const most = updateBody(Array(rectanglesPerUpdateMax).fill(empty));
    expect(await read(most)).toHaveLength(rectanglesPerUpdateMax);
    await expectRefused(
      updateBody([], rectanglesPerUpdateMax + 1),
      "Cannot read update: 16385 rectangles, at most 16384 allowed",
    );
    await expectRefused(
      updateBody([], 0xfffe),
      "Cannot read update: 65534 rectangles, at most 16384 allowed",
    );
  });

  test("rectangles of an open count", async () => {
    const most = [...Array(rectanglesPerUpdateMax - 1).fill(empty), lastRect];
    expect(await read(updateBody(most, 0xffff))).toHaveLength(rectanglesPerUpdateMax - 1);
    await expectRefused(
      updateBody(Array(rectanglesPerUpdateMax).fill(empty), 0xffff),
      "Cannot read update: no LastRect within 16384 rectangles",
    );
  });

  /** Takes so many bytes for each of its rectangles. */
  const taking = (bytes: number): ReadonlyMap<number, Decoder<unknown>> => {
    const decoder: Decoder<null> = {
      readRect: async (_stream, _rect, room) => {
        room.take(bytes);
        return null;
      },
      *decodeRect() {},
      close() {},
    };
    return new Map([[0, decoder]]);
  };
  const rect = { encoding: 0 };
  const bytesMax = updateBytesMin + updateBytesPerPixelMax * screen.width * screen.height;

  test("bytes that wait until the update is complete, by the size of the screen", async () => {
    const table = taking(bytesMax / 2);
    expect(await read(updateBody([rect, rect]), table)).toHaveLength(2);
    const failure = await failureOf(read(updateBody([rect, rect, rect]), table));
    expect(failure).toEqual(
      new ProtocolError(
        `Cannot read update: over ${bytesMax} bytes in its rectangles, for a screen of 12 pixels`,
      ),
    );
  });

  test("of memory that all hosts share", async () => {
    const memory = openAccount(1000);
    const bytes = updateBody([rect, rect]);
    const failure = await failureOf(readFrom(wholeStream(bytes), taking(600), memory));
    expect(failure).toBeInstanceOf(MemoryBudgetError);
    // What was taken is given back.
    expect(memory.bytes).toBe(0);
    await readFrom(wholeStream(bytes), taking(500), memory);
    expect(memory.bytes).toBe(1000);
  });

  test("pixels that are painted, by the size of the screen", async () => {
    const whole = raw(0, 0, 4, 3, 0);
    const most = Array<RectBytes>(overpaintMax).fill(whole);
    expect(await read(updateBody(most))).toHaveLength(overpaintMax);
    await expectRefused(
      updateBody([...most, raw(0, 0, 1, 1, 0)]),
      "Cannot read update: it paints 49 pixels of a screen of 12, at most 4 times as many allowed",
    );
  });

  test("changes of size: of several in a row the last one counts", async () => {
    const sizes = Array.from({ length: rectanglesPerUpdateMax }, (_, index) =>
      desktopSize(16384 - (index % 2), 2000),
    );
    expect(describeSteps(await read(updateBody(sizes)))).toEqual(["resize 16383x2000"]);
  });

  test("changes of size behind pixels of another one", async () => {
    const pair = (index: number) => [raw(0, 0, 1, 1, 0), desktopSize(4, 3 + (index % 2))];
    const most = Array.from({ length: resizesPerUpdateMax }, (_, index) => pair(index)).flat();
    expect(await read(updateBody(most))).toHaveLength(2 * resizesPerUpdateMax);
    await expectRefused(
      updateBody([...most, ...pair(0)]),
      "Cannot read update: over 4 changes of size in it",
    );
  });

  test.each([
    [sidePixelsMax, 4050],
    [4050, sidePixelsMax],
    [15360, 4320],
    [0, 0],
    [1, sidePixelsMax],
  ])("a screen of %dx%d", (width, height) => {
    expect(width * height).toBeLessThanOrEqual(framePixelsMax);
    expect(checkSize({ width, height })).toEqual({ width, height });
  });

  test.each([
    [sidePixelsMax + 1, 1],
    [1, sidePixelsMax + 1],
    [15361, 4320],
    [65535, 65535],
  ])("no screen of %dx%d, neither at first nor later", async (width, height) => {
    const message = `Cannot hold a screen of ${width}x${height}: at most 16384 a side and 66355200 pixels allowed`;
    expect(() => checkSize({ width, height })).toThrow(new ProtocolError(message));
    await expectRefused(updateBody([desktopSize(width, height)]), message);
  });
});
