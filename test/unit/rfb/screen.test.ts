import { afterEach, describe, expect, jest, test } from "bun:test";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import type { Decoder } from "../../../src/rfb/decoders/decoder.ts";
import type { CursorShape } from "../../../src/rfb/cursor-shape.ts";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { Screen } from "../../../src/rfb/screen.ts";
import type { UpdateStep } from "../../../src/rfb/update-reader.ts";
import { failureOf } from "../../support/failure.ts";
import { openAccount, openLine } from "../../support/rfb-parts.ts";

afterEach(() => jest.useRealTimers());

const size = { width: 4, height: 3 };

/** Longer than painting may hold up everybody else. */
const longMs = 1000;

/**
 * Paints its payload, a colour, row by row; each row takes long, by a clock that the test moves.
 */
const slowDecoder: Decoder<unknown> = {
  readRect: () => Promise.reject(new Error("not called")),
  *decodeRect(colour, rect, framebuffer) {
    for (let row = 0; row < rect.height; row++) {
      if (typeof colour !== "number") throw new ProtocolError("bad rectangle");
      const line = { ...rect, y: rect.y + row, height: 1 };
      framebuffer.put(line, new Uint32Array(rect.width).fill(colour));
      jest.advanceTimersByTime(longMs);
      yield;
    }
  },
  close() {},
};

function paint(x: number, y: number, width: number, height: number, colour: unknown): UpdateStep {
  return { kind: "paint", rect: { x, y, width, height }, decoder: slowDecoder, payload: colour };
}

const resize = (width: number, height: number): UpdateStep => ({
  kind: "resize",
  size: { width, height },
});

const whole = (colour: unknown, { width, height } = size) => paint(0, 0, width, height, colour);

function colours(framebuffer: Framebuffer | null): number[] {
  return framebuffer === null ? [] : [...new Set(framebuffer.pixels)];
}

function createScreen(): Screen {
  jest.useFakeTimers();
  return new Screen({ size, line: openLine(), memory: openAccount() });
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("the first picture", () => {
  test("is there when every pixel has come, and not before", async () => {
    const screen = createScreen();
    let arrived = false;
    void screen.firstPicture.then(() => (arrived = true));
    for (const step of [paint(0, 0, 4, 1, 1), paint(0, 1, 3, 2, 1), paint(3, 2, 1, 1, 1)]) {
      await screen.apply([step]);
      expect([screen.picture, screen.complete, arrived]).toEqual([null, false, false]);
    }
    await screen.apply([paint(3, 1, 1, 1, 1)]);
    expect([screen.complete, arrived]).toEqual([true, true]);
    expect(colours(screen.picture)).toEqual([1]);
  });

  test("is not there after an update without pixels", async () => {
    const screen = createScreen();
    await screen.apply([]);
    await screen.apply([resize(4, 3)]);
    expect(screen.picture).toBeNull();
  });
});

describe("half an update", () => {
  test("is never seen by those who wait until the picture is still", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const painting = screen.apply([paint(0, 0, 4, 2, 2), paint(0, 2, 4, 1, 2)]);
    await nextTurn();
    const picture = screen.picture!;
    expect(colours(picture)).toEqual([2, 1]);
    const seen: number[][] = [];
    const looks = [1, 2].map(() => picture.whenStill(() => seen.push(colours(picture))));
    await nextTurn();
    expect(seen).toEqual([]);
    await painting;
    await Promise.all(looks);
    expect(seen).toEqual([[2], [2]]);
  });

  test("a still picture is seen at once", async () => {
    const screen = createScreen();
    await screen.apply([whole(7)]);
    expect(await screen.picture!.whenStill(() => colours(screen.picture))).toEqual([7]);
  });

  test("others run while it is painted", async () => {
    const screen = createScreen();
    let turns = 0;
    const painting = screen.apply([whole(1, { width: 4, height: 3 })]);
    const count = async () => {
      for (; !screen.complete; turns++) await nextTurn();
    };
    await Promise.all([painting, count()]);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test("a rectangle that cannot be painted leaves no picture for anyone", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const failure = await failureOf(screen.apply([whole("no colour")]));
    expect(failure).toBeInstanceOf(ProtocolError);
    screen.free(failure);
    expect(await failureOf(screen.picture!.whenStill(() => "seen"))).toBe(failure);
  });
});

describe("a change of size", () => {
  const larger = { width: 6, height: 5 };

  test("holds at once, while the last whole picture stays until the new one is whole", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const old = screen.picture!;
    await screen.apply([resize(6, 5)]);
    expect([screen.size, screen.complete]).toEqual([larger, false]);
    expect(screen.picture).toBe(old);
    await screen.apply([paint(0, 0, 6, 4, 2)]);
    expect(screen.picture).toBe(old);
    expect(colours(old)).toEqual([1]);
    await screen.apply([paint(0, 4, 6, 1, 2)]);
    expect(screen.picture).not.toBe(old);
    expect(screen.picture).toMatchObject(larger);
    expect(colours(screen.picture)).toEqual([2]);
  });

  test("with its pixels in the same update", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const old = screen.picture!;
    const painting = screen.apply([resize(6, 5), whole(2, larger)]);
    await nextTurn();
    expect(screen.picture).toBe(old);
    expect(await old.whenStill(() => colours(old))).toEqual([1]);
    await painting;
    expect(screen.picture).toMatchObject(larger);
    expect(colours(screen.picture)).toEqual([2]);
  });

  test("and back again before a pixel has come", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const old = screen.picture!;
    await screen.apply([resize(6, 5)]);
    await screen.apply([resize(4, 3)]);
    expect([screen.picture === old, screen.complete]).toEqual([true, false]);
    await screen.apply([whole(2)]);
    expect([screen.picture === old, colours(screen.picture)]).toEqual([false, [2]]);
  });

  test("keeps the pixels that both sizes have for the host to copy from, and does not count them", async () => {
    const screen = createScreen();
    await screen.apply([paint(0, 0, 2, 3, 1), paint(2, 0, 2, 3, 2)]);
    const copied: number[][] = [];
    const look: UpdateStep = {
      kind: "paint",
      rect: { x: 0, y: 0, width: 0, height: 0 },
      payload: null,
      decoder: {
        ...slowDecoder,
        *decodeRect(_payload, _rect, { pixels, width }) {
          copied.push([width, ...pixels]);
          yield;
        },
      },
    };
    await screen.apply([resize(3, 4), look]);
    await screen.apply([resize(5, 2), look]);
    expect(copied).toEqual([
      [3, 1, 1, 2, 1, 1, 2, 1, 1, 2, 0, 0, 0],
      [5, 1, 1, 2, 0, 0, 1, 1, 2, 0, 0],
    ]);
    expect(screen.complete).toBe(false);
  });

  test("is told to who has the update painted, and nothing else is", async () => {
    const screen = createScreen();
    expect(await screen.apply([whole(1)])).toBe(false);
    expect(await screen.apply([resize(6, 5)])).toBe(true);
    expect(await screen.apply([resize(4, 3), whole(1)])).toBe(true);
    expect(await screen.apply([resize(4, 3)])).toBe(false);
  });

  test("to the same size is none", async () => {
    const screen = createScreen();
    await screen.apply([whole(1)]);
    const { picture } = screen;
    await screen.apply([resize(4, 3)]);
    expect(screen.complete).toBe(true);
    expect(screen.picture).toBe(picture);
  });

  test("during the first picture starts it anew", async () => {
    const screen = createScreen();
    await screen.apply([paint(0, 0, 4, 2, 1), resize(2, 2), paint(0, 0, 2, 2, 3)]);
    expect(screen.picture).toMatchObject({ width: 2, height: 2 });
    expect(colours(screen.picture)).toEqual([3]);
  });
});

test("notes what an update has changed, once, and nothing if that is nothing", async () => {
  const screen = createScreen();
  await screen.apply([whole(1)]);
  const before = screen.picture!.revision;
  await screen.apply([paint(1, 1, 1, 1, 2), paint(2, 2, 1, 1, 2)]);
  expect(screen.picture!.revision).toBe(before + 1);
  await screen.apply([paint(1, 1, 1, 1, 2), paint(2, 2, 1, 1, 2)]);
  expect(screen.picture!.revision).toBe(before + 1);
});

test("the pointer is the last one that the host has sent, and pays for its memory alone", async () => {
  const memory = openAccount(500);
  const screen = new Screen({ size, line: openLine(), memory });
  const cursor = (width: number): CursorShape => ({
    width,
    height: 1,
    hotspot: { x: 0, y: 0 },
    pixels: new Uint32Array(width),
    mask: new Uint8Array(Math.ceil(width / 8)),
  });
  expect(screen.cursor).toBeNull();
  const last = cursor(20);
  await screen.apply([10, 30, 40].map((width) => ({ kind: "cursor", cursor: cursor(width) })));
  await screen.apply([{ kind: "cursor", cursor: last }]);
  expect(screen.cursor).toBe(last);
  expect(memory.bytes).toBe(20 * 4 + 3);
  await screen.apply([{ kind: "cursor", cursor: null }]);
  expect(screen.cursor).toBeNull();
  expect(memory.bytes).toBe(0);
});

test.each([
  [0, 0],
  [0, 3],
  [4, 0],
])("a screen of %dx%d has nothing to wait for", async (width, height) => {
  const screen = createScreen();
  await screen.apply([resize(width, height), paint(0, 0, 0, 0, 1)]);
  expect(screen.size).toEqual({ width, height });
  expect(screen.picture?.pixels.length ?? 0).toBe(0);
});

test("refuses a first size beyond the limits", () => {
  const options = { line: openLine(), memory: openAccount() };
  expect(() => new Screen({ ...options, size: { width: 16385, height: 1 } })).toThrow(
    ProtocolError,
  );
});
