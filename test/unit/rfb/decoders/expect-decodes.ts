/** What the tests of all decoders share. */
import { expect } from "bun:test";
import { ByteWriter } from "../../../../src/bytes/byte-writer.ts";
import { EndOfStreamError, ProtocolError } from "../../../../src/bytes/errors.ts";
import type { Decoder } from "../../../../src/rfb/decoders/decoder.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { chunkedStream, wholeStream } from "../../../support/chunked.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";
import { crop, type Picture } from "../../../support/rfb-encoders/picture.ts";

type CreateDecoder = () => Decoder<unknown>;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One rectangle as it comes, and what it must look like. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly picture: Picture;
}

const margin = { x: 3, y: 2 };
const untouched = 0xabcdef;

/**
 * Expects the rectangles, one after the other on one connection, to decode to their pictures,
 * however the bytes are delivered: whole, byte by byte, by sevens.
 */
export async function expectDecodes(
  createDecoder: CreateDecoder,
  ...rects: EncodedPicture[]
): Promise<void> {
  const bytes = Buffer.concat(rects.map((rect) => rect.bytes));
  for (const stream of [wholeStream(bytes), chunkedStream(bytes, 1), chunkedStream(bytes, 7)]) {
    const decoder = createDecoder();
    for (const { picture } of rects) {
      const rect = { ...margin, width: picture.width, height: picture.height };
      const payload = await decoder.readRect(stream, rect, unlimitedRoom);
      expectPicture(paint(decoder, payload, rect), picture);
    }
    expect(await stream.readOrEnd(1)).toBeNull();
    decoder.close();
  }
}

/**
 * Of rectangles that begin with the length of their zlib data: as much is waited for as zlib can
 * make of their pixels, and a byte more is refused; so is more than 64 MiB.
 */
export async function expectBoundedLength(
  createDecoder: CreateDecoder,
  encodingName: string,
  inflatedBytesMax: (size: Size) => number,
): Promise<void> {
  const lengthOf = (length: number) => new ByteWriter().u32(length).finish();
  const small = { width: 100, height: 70 };
  const most = Math.ceil(inflatedBytesMax(small) * 1.01) + 1024;
  const outcome = await createDecoder()
    .readRect(wholeStream(lengthOf(most)), { x: 0, y: 0, ...small }, unlimitedRoom)
    .catch((error) => error);
  expect(outcome).toBeInstanceOf(EndOfStreamError);
  await expectRefused(
    createDecoder,
    lengthOf(most + 1),
    small,
    `Cannot read ${encodingName} rectangle: ${most + 1} bytes of zlib data, wanted at most ${most} for its size`,
  );
  await expectRefused(
    createDecoder,
    lengthOf(67108865),
    { width: 16384, height: 4000 },
    `Cannot read ${encodingName} rectangle: 67108865 bytes, wanted at most 67108864`,
  );
}

/** Expects a ProtocolError with this text when one rectangle is read and painted. */
export async function expectRefused(
  createDecoder: CreateDecoder,
  bytes: Uint8Array | number[],
  size: Size,
  message: string,
): Promise<void> {
  const decoder = createDecoder();
  const rect = { ...margin, ...size };
  let outcome: unknown = "accepted";
  try {
    paint(
      decoder,
      await decoder.readRect(wholeStream(Uint8Array.from(bytes)), rect, unlimitedRoom),
      rect,
    );
  } catch (error) {
    outcome = error;
  }
  decoder.close();
  expect(outcome).toBeInstanceOf(ProtocolError);
  expect((outcome as Error).message).toBe(message);
}

/**
 * Expects a picture or one of the two errors, and nothing painted outside, whatever the bytes are.
 */
export async function expectContained(
  decoder: Decoder<unknown>,
  bytes: Uint8Array,
  size: Size,
): Promise<"decoded" | "refused"> {
  const rect = { ...margin, ...size };
  try {
    paint(decoder, await decoder.readRect(wholeStream(bytes), rect, unlimitedRoom), rect);
    return "decoded";
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof EndOfStreamError) return "refused";
    throw error;
  } finally {
    decoder.close();
  }
}

/**
 * Expects a screen with a margin around the picture; the unused byte of a pixel may be anything.
 */
function expectPicture(screen: Framebuffer, { width, height, pixels }: Picture): void {
  const painted24 = screen.pixels.map((pixel) => pixel & 0xffffff);
  const all = { width: screen.width, height: screen.height, pixels: painted24 };
  const painted = crop(all, margin.x, margin.y, width, height).pixels;
  const differs = painted.findIndex((pixel, index) => pixel !== pixels[index]);
  expect(differs, `first pixel that differs, of ${width}x${height}`).toBe(-1);
  expectMarginUntouched(screen);
}

function expectMarginUntouched({ width, height, pixels }: Framebuffer): void {
  const inside = (x: number, y: number) =>
    x >= margin.x && x < width - margin.x && y >= margin.y && y < height - margin.y;
  const spoilt = pixels.findIndex(
    (pixel, index) => pixel !== untouched && !inside(index % width, Math.floor(index / width)),
  );
  expect(spoilt, "first pixel painted outside of the rectangle").toBe(-1);
}

/** Paints on a screen with a margin around the rectangle. Every decoder yields at least once. */
function paint(
  decoder: Decoder<unknown>,
  payload: unknown,
  rect: Size & typeof margin,
): Framebuffer {
  const screen = new Framebuffer(rect.width + 2 * margin.x, rect.height + 2 * margin.y);
  screen.pixels.fill(untouched);
  let yields = 0;
  try {
    for (const _ of decoder.decodeRect(payload, rect, screen)) yields++;
  } finally {
    expectMarginUntouched(screen);
  }
  if (rect.width * rect.height > 0) expect(yields).toBeGreaterThan(0);
  return screen;
}
