import { describe, expect, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import { openImagescriptJpeg } from "../../../src/image/engines/imagescript/imagescript-jpeg.ts";
import { openImagescriptPng } from "../../../src/image/engines/imagescript/imagescript-png.ts";
import { ImagescriptWorker } from "../../../src/image/engines/imagescript/imagescript-worker.ts";
import { PictureError } from "../../../src/image/picture-error.ts";
import { headerWords, takeStrip } from "../../../src/image/strips/pixel-strip.ts";
import { Image } from "./imagescript-copy.ts";

const pool = new BufferPool(0);
const strip = (width: number, rows: number) => takeStrip(pool, width, rows);

// Where a file has its width: IHDR, and SOF0 behind SOI and APP0.
const encoders = [
  ["PNG", openImagescriptPng, (file: Buffer) => file.readUInt32BE(16)],
  ["JPEG", openImagescriptJpeg, (file: Buffer) => file.readUInt16BE(20 + 7)],
] as const;

describe.each(encoders)("%s", (format, open, widthOf) => {
  test("several pictures at once all get their answers", async () => {
    const worker = open();
    const sizes = [1, 5, 50, 200];
    const files = await Promise.all(sizes.map((side) => worker.encode(strip(side, 2), 5)));
    expect(files.map((file) => widthOf(Buffer.from(file)))).toEqual(sizes);
    worker.close();
  });

  test("closing fails what is on its way, and what comes afterwards", async () => {
    const worker = open();
    const pending = worker.encode(strip(10, 10), 5);
    worker.close();
    const error = await pending.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PictureError);
    expect((error as PictureError).reason).toBe("engine");
    expect((error as PictureError).message).toBe(
      `Cannot encode ${format} with imagescript: the encoder was closed`,
    );
    await expect(worker.encode(strip(10, 10), 5)).rejects.toThrow(PictureError);
    worker.close();
  });
});

test.each([1, 30, 75, 90, 100])(
  "a JPEG of quality %d has the bytes that imagescript's own encodeJPEG gives",
  async (quality) => {
    const [width, height] = [35, 16];
    const image = new Image(width, height);
    const pixels = strip(width, height);
    for (let i = 0; i < width * height; i++) {
      const [red, green, blue] = [(i * 7) & 255, (i >> 1) & 255, (i * i) & 255];
      pixels.words[headerWords + i] = (red << 16) | (green << 8) | blue;
      image.bitmap.set([red, green, blue, 255], i * 4);
    }
    const worker = openImagescriptJpeg();
    expect(await worker.encode(pixels, quality)).toEqual(await image.encodeJPEG(quality));
    worker.close();
  },
);

test("a JPEG that fails in the encoder is an error, and the next one is made", async () => {
  const worker = openImagescriptJpeg();
  // 2 GiB, more than it can have.
  const tooMuch = { ...strip(1, 1), width: 1 << 14, rows: 1 << 15 };
  await expect(worker.encode(tooMuch, 75)).rejects.toThrow(
    /^Cannot encode JPEG with imagescript: RuntimeError/,
  );
  const file = await worker.encode(strip(3, 1), 75);
  expect([...file.subarray(0, 2), ...file.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
  worker.close();
});

test("an encoder that cannot be loaded fails its pictures", async () => {
  const worker = new ImagescriptWorker("JPEG", `throw new Error("no encoder");`);
  await expect(worker.encode(strip(1, 1), 75)).rejects.toThrow(/no encoder/);
  worker.close();
});
