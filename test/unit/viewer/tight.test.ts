/** Rectangles in Tight, by the bytes, and by the product's own decoder of what hosts send. */
import { describe, expect, test } from "bun:test";
import { inflateRawSync, constants } from "node:zlib";
import { Cursor } from "../../../src/bytes/cursor.ts";
import {
  createStrip,
  headerWords,
  type PixelStrip,
} from "../../../src/image/strips/pixel-strip.ts";
import { encodeBunJpeg } from "../../../src/image/engines/bun/bun-jpeg.ts";
import { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import type { Rect } from "../../../src/rfb/rect.ts";
import {
  decodePixelFormat,
  type PixelFormat,
  serverPixelFormat,
} from "../../../src/viewer/pixel-format.ts";
import { ScreenEncoder, type TightSettings } from "../../../src/viewer/screen-encoder.ts";
import { encodeFewColours, encodeManyColours } from "../../../src/viewer/tight-lossless.ts";
import { firstDifference, noise, photo, psnr, randomFrom, text } from "../../support/pictures.ts";
import { jpegCodec } from "../../support/viewed-screen.ts";
import { decodeWithBun } from "../image/decoders.ts";

function rows(width: number, ...pixels: number[]) {
  const words = Int32Array.from(pixels);
  return { width, rows: pixels.length / width, words, start: 0, stride: width };
}

function formatOf(hex: string): PixelFormat {
  return decodePixelFormat(new Cursor(Uint8Array.fromHex(hex.replaceAll(" ", "")), "test"));
}

const ours = serverPixelFormat();
const of16Bits = formatOf("10100001001f003f001f0b0500000000");
const of8Bits = formatOf("080800010007000700030502 00 000000".replaceAll(" ", ""));

/** Behind the header of zlib: what is deflated. */
function inflated(hex: string): string {
  expect(hex.slice(0, 4)).toBe("7801");
  return inflateRawSync(Buffer.from(hex.slice(4), "hex"), {
    finishFlush: constants.Z_SYNC_FLUSH,
  }).toString("hex");
}

describe("of few colours", () => {
  test("one is a fill", () => {
    expect(encodeFewColours(rows(2, 0x123456, 0xff123456), ours, 1)!.toHex()).toBe("80123456");
    expect(encodeFewColours(rows(1, 0x123456), of16Bits, 1)!.toHex()).toBe("80aa11");
  });

  test("two are bits, the first pixel highest, each row from a new byte", () => {
    const pixels = [1, 2, 2, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2];
    const bytes = encodeFewColours(rows(9, ...pixels), ours, 1)!.toHex();
    // Basic with a filter, stream 0 begun anew; palette of two; four bytes are not compressed.
    expect(bytes).toBe(`41${"01"}${"01"}${"000001"}${"000002"}${"6880"}${"0080"}`);
  });

  test("more are a byte each", () => {
    const bytes = encodeFewColours(rows(5, 7, 8, 9, 8, 7), ours, 1)!.toHex();
    expect(bytes).toBe(`41${"01"}${"02"}${"000007"}${"000008"}${"000009"}0001020100`);
  });

  test("from twelve bytes on they are compressed, with their length", () => {
    const bytes = encodeFewColours(rows(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), ours, 1)!;
    const hex = bytes.subarray(3 + 36).toHex();
    expect(bytes.subarray(0, 3).toHex()).toBe("41010b");
    expect(Number.parseInt(hex.slice(0, 2), 16)).toBe(hex.length / 2 - 1);
    expect(inflated(hex.slice(2))).toBe("000102030405060708090a0b");
  });

  test("256 are, 257 are not", () => {
    const colours = Array.from({ length: 257 }, (_, i) => i * 3);
    expect(encodeFewColours(rows(256, ...colours.slice(0, 256)), ours, 1)![2]).toBe(255);
    expect(encodeFewColours(rows(257, ...colours), ours, 1)).toBeNull();
  });
});

test("of many colours they are R, G, B, or what a pixel is in the viewer's format", () => {
  expect(encodeManyColours(rows(2, 0x123456, 0xffffff), ours, 1).toHex()).toBe("01123456ffffff");
  expect(encodeManyColours(rows(2, 0x123456, 0xffffff), of16Bits, 1).toHex()).toBe("01aa11ffff");
  const many = encodeManyColours(rows(4, 1, 2, 3, 4), ours, 6).toHex();
  expect(inflated(many.slice(4))).toBe("000001000002000003000004");
});

test.each([127, 128, 16383, 16384, 98_304])("a length of about %d is read back", (length) => {
  const random = randomFrom(length);
  const pixel = noise(random);
  const pixels = Array.from({ length: Math.ceil(length / 3) }, () => pixel(0, 0));
  const bytes = encodeManyColours(rows(pixels.length, ...pixels), ours, 1);
  let [at, found, shift] = [1, 0, 0];
  for (; shift < 14 && bytes[at] >= 128; at++, shift += 7) found |= (bytes[at] & 127) << shift;
  found |= bytes[at++] << shift;
  expect(found).toBe(bytes.length - at);
});

/** A screen of which the rectangles below are encoded. */
function painted(painter: typeof text, width = 300, height = 90): Framebuffer {
  const frame = new Framebuffer(width, height);
  const pixel = painter(randomFrom(5));
  frame.pixels.forEach((_, i) => (frame.pixels[i] = pixel(i % width, Math.floor(i / width))));
  frame.touch({ x: 0, y: 0, width, height });
  for (const _ of frame.noteChanges());
  return frame;
}

function stripOf(frame: Framebuffer, { x, y, width, height }: Rect): PixelStrip {
  const strip = createStrip(width, height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * frame.width + x;
    strip.words.set(frame.pixels.subarray(from, from + width), headerWords + row * width);
  }
  return strip;
}

const withJpeg: TightSettings = { format: ours, jpegQuality: 80, zlibLevel: 1 };
const withoutJpeg: TightSettings = { ...withJpeg, jpegQuality: null };

async function jpegOf(bytes: Uint8Array) {
  expect(bytes[0]).toBe(0x90);
  const lengthBytes = bytes[1] < 128 ? 1 : bytes[2] < 128 ? 2 : 3;
  return decodeWithBun(bytes.subarray(1 + lengthBytes));
}

describe("a screen's encoder", () => {
  const encoder = (codec: typeof jpegCodec | null = jpegCodec) => {
    const screenEncoder = new ScreenEncoder(codec);
    return {
      /** One rectangle. */
      tight(frame: Framebuffer, rect: Rect, settings: TightSettings): Uint8Array {
        const encoded = screenEncoder.takeTight(frame, [rect], settings);
        expect([encoded.rect, encoded.encoding]).toEqual([rect, 7]);
        return encoded.payload;
      },
      take: screenEncoder.takeTight.bind(screenEncoder),
    };
  };
  const part: Rect = { x: 64, y: 16, width: 128, height: 74 };

  test("takes no JPEG for text, which is smaller without loss", async () => {
    const frame = painted(text);
    const bytes = encoder().tight(frame, part, withJpeg);
    expect(bytes[0]).toBe(0x41);
    expect(bytes.length).toBeLessThan((await encodeBunJpeg(stripOf(frame, part), 80)).length);
  });

  test("takes JPEG for a photo, of the rectangle alone, as libjpeg would", async () => {
    const frame = painted(photo);
    const jpeg = await jpegOf(encoder().tight(frame, part, withJpeg));
    expect([jpeg.width, jpeg.height]).toEqual([part.width, part.height]);
    const strip = stripOf(frame, part);
    const whole = await decodeWithBun(await encodeBunJpeg(strip, 80));
    expect(firstDifference(jpeg.pixels, whole.pixels)).toBe(-1);
    const pixels = new Uint32Array(strip.words.buffer, headerWords * 4);
    expect(psnr(jpeg.pixels, pixels)).toBeGreaterThan(30);
  });

  test("takes one JPEG for rectangles one below the other, as far as they are to be JPEG", () => {
    const frame = painted(photo, 640, 500);
    const rect = (y: number, height: number, x = 0) => ({ x, y, width: 640 - x, height });
    const rects = [rect(0, 96), rect(96, 96), rect(192, 96), rect(288, 96), rect(384, 96)];
    const shared = encoder();
    expect(shared.take(frame, rects, withJpeg)).toMatchObject({ rect: rect(0, 384) });
    expect(rects).toEqual([rect(384, 96)]);
    frame.pixels.fill(5, 96 * 640, 192 * 640);
    frame.touch(rect(96, 96));
    for (const _ of frame.noteChanges());
    const mixed = [rect(0, 96), rect(96, 96), rect(192, 48), rect(240, 16, 64), rect(272, 16, 64)];
    const shown = () => shared.take(frame, mixed, withJpeg);
    expect([shown(), shown(), shown(), shown(), shown()]).toMatchObject([
      { rect: rect(0, 96) },
      { rect: rect(96, 96), payload: Uint8Array.of(0x80, 0, 0, 5) },
      { rect: rect(192, 48) },
      { rect: rect(240, 16, 64) },
      { rect: rect(272, 16, 64) },
    ]);
    expect(mixed).toEqual([]);
  });

  test("takes none for a viewer that wants none, has pixels of 8 bits, or where there is no codec", () => {
    const frame = painted(photo);
    expect(encoder().tight(frame, part, withoutJpeg)[0]).toBe(0x01);
    expect(encoder().tight(frame, part, { ...withJpeg, format: of8Bits })[0]).toBe(0x01);
    expect(encoder(null).tight(frame, part, withJpeg)[0]).toBe(0x01);
    expect(encoder().tight(frame, part, { ...withJpeg, format: of16Bits })[0]).toBe(0x90);
  });

  test("gives viewers with the same wishes the same bytes, until something changes", () => {
    const frame = painted(text);
    const shared = encoder();
    const first = shared.tight(frame, part, withJpeg);
    expect(shared.tight(frame, part, withJpeg)).toBe(first);
    expect(shared.tight(frame, part, { ...withJpeg, zlibLevel: 6 })).not.toBe(first);
    frame.pixels[20 * 300 + 70] ^= 0xff;
    frame.touch({ x: 70, y: 20, width: 1, height: 1 });
    for (const _ of frame.noteChanges());
    const second = shared.tight(frame, part, withJpeg);
    expect(second).not.toEqual(first);
    const other = painted(text);
    other.pixels.fill(5);
    expect(shared.tight(other, part, withJpeg)).not.toEqual(second);
  });

  test("encodes a strip of a JPEG once, in whatever rectangles it is wanted", async () => {
    let encodes = 0;
    const counting = {
      ...jpegCodec,
      encodeStrip: (...args: Parameters<typeof jpegCodec.encodeStrip>) => {
        encodes++;
        return jpegCodec.encodeStrip(...args);
      },
    };
    const frame = painted(photo, 640, 160);
    const shared = encoder(counting);
    const rect = (y: number, height: number) => ({ x: 0, y, width: 640, height });
    const ofStrips = async (y: number, height: number) => {
      const { pixels } = await jpegOf(shared.tight(frame, rect(y, height), withJpeg));
      const wanted = frame.pixels.subarray(y * 640, (y + height) * 640);
      expect(psnr(pixels, wanted)).toBeGreaterThan(30);
      return encodes;
    };
    expect(await ofStrips(0, 160)).toBe(10);
    expect(await ofStrips(32, 96)).toBe(10);
    expect(await ofStrips(16, 144)).toBe(10);
    frame.pixels[50 * 640] ^= 0xffffff;
    frame.touch(rect(50, 1));
    for (const _ of frame.noteChanges());
    expect(await ofStrips(0, 160)).toBe(11);
  });
});
