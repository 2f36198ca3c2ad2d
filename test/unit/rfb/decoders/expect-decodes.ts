/** What the tests of all decoders share. */
import { expect } from "bun:test";
import { EndOfStreamError, ProtocolError } from "../../../../src/bytes/errors.ts";
import type { Decoder } from "../../../../src/rfb/decoders/decoder.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { chunkedStream, wholeStream } from "../../../support/chunked.ts";
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
 * Expects the rectangles, one after the other on one connection, to decode to their pictures, however the bytes are
 * delivered: whole, byte by byte, by sevens.
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
      const payload = await decoder.readRect(stream, rect);
      expectPicture(paint(decoder, payload, rect), picture);
    }
    expect(await stream.readOrEnd(1)).toBeNull();
    decoder.close();
  }
}

/** Of rectangles that begin with the length of their zlib data: 64 MiB are waited for, a byte more is refused. */
export async function expectReadsUpTo64Mib(
  createDecoder: CreateDecoder,
  encodingName: string,
): Promise<void> {
  const outcome = await createDecoder()
    .readRect(wholeStream(Uint8Array.of(4, 0, 0, 0)), { x: 0, y: 0, width: 1, height: 1 })
    .catch((error) => error);
  expect(outcome).toBeInstanceOf(EndOfStreamError);
  await expectRefused(
    createDecoder,
    [4, 0, 0, 1],
    { width: 1, height: 1 },
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
    paint(decoder, await decoder.readRect(wholeStream(Uint8Array.from(bytes)), rect), rect);
  } catch (error) {
    outcome = error;
  }
  decoder.close();
  expect(outcome).toBeInstanceOf(ProtocolError);
  expect((outcome as Error).message).toBe(message);
}

/** Expects a picture or one of the two errors, and nothing painted outside, whatever the bytes are. */
export async function expectContained(
  decoder: Decoder<unknown>,
  bytes: Uint8Array,
  size: Size,
): Promise<"decoded" | "refused"> {
  const rect = { ...margin, ...size };
  try {
    paint(decoder, await decoder.readRect(wholeStream(bytes), rect), rect);
    return "decoded";
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof EndOfStreamError) return "refused";
    throw error;
  } finally {
    decoder.close();
  }
}

/** Expects a screen with a margin around the picture; the unused byte of a pixel may be anything. */
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
