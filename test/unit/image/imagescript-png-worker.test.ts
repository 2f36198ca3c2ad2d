import { expect, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import { ImagescriptPngWorker } from "../../../src/image/engines/imagescript/imagescript-png-worker.ts";
import { PictureError } from "../../../src/image/picture-error.ts";
import { takeStrip } from "../../../src/image/strips/pixel-strip.ts";

const pool = new BufferPool(0);

test("several pictures at once all get their answers", async () => {
  const worker = new ImagescriptPngWorker();
  const sizes = [1, 5, 50, 200];
  const files = await Promise.all(sizes.map((side) => worker.encode(takeStrip(pool, side, 2), 5)));
  expect(files.map((file) => Buffer.from(file).readUInt32BE(16))).toEqual(sizes);
  worker.close();
});

test("closing fails what is on its way, and what comes afterwards", async () => {
  const worker = new ImagescriptPngWorker();
  const pending = worker.encode(takeStrip(pool, 10, 10), 5);
  worker.close();
  const error = await pending.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PictureError);
  expect((error as PictureError).reason).toBe("engine");
  expect((error as PictureError).message).toBe(
    "Cannot encode PNG with imagescript: the encoder was closed",
  );
  await expect(worker.encode(takeStrip(pool, 10, 10), 5)).rejects.toThrow(PictureError);
  worker.close();
});
