import type { BufferPool } from "../../bytes/buffer-pool.ts";
import type { DirectCodec, StripPlace, ThreadedCodec } from "./codec.ts";
import type { PictureParts } from "./encoded-picture.ts";
import type { Frame } from "../frame.ts";
import { pictureLimits } from "../picture-limits.ts";
import { type PixelRows, type PixelStrip, putRows } from "./pixel-strip.ts";
import type { StripLayout } from "./strip-layout.ts";
import type { WorkLine } from "../../scheduling/time-slicer.ts";

export interface EncodeResources {
  /** Work on the calling thread is done in it. */
  readonly line: WorkLine;
  readonly pool: BufferPool;
}

/** A picture on its way. */
export interface PictureWork extends PictureParts, EncodeResources {
  readonly frame: Frame;
  readonly onCopied: (revision: number) => void;
}

export interface CopiedStrip {
  readonly index: number;
  /** Its pixels, or a step on the way to them. */
  readonly pixels: PixelStrip;
  /** Whether they are a copy of the rows of the frame that the strip shows. */
  readonly isSource: boolean;
}

/** Encodes strips that were copied from the frame, which may change again. */
export async function encodeCopies(work: PictureWork, copies: CopiedStrip[]): Promise<void> {
  const { codec, line } = work;
  if (codec.isThreaded) await encodeOnThreads(work, codec, copies);
  else await line.run(encodeInSlices(work, codec, copies));
}

function* encodeInSlices(
  work: PictureWork,
  codec: DirectCodec,
  copies: readonly CopiedStrip[],
): Generator<void, void> {
  for (const copy of copies) {
    const pixels = yield* pixelsOf(work, copy);
    encodeDirectly(work, codec, copy.index, pixels);
    work.pool.give(pixels.words.buffer);
    yield;
  }
}

async function encodeOnThreads(
  work: PictureWork,
  codec: ThreadedCodec,
  copies: CopiedStrip[],
): Promise<void> {
  const { layout, level, strips, line, pool } = work;
  function* start(copy: CopiedStrip): Generator<void, Promise<void>> {
    const { index } = copy;
    const pixels = yield* pixelsOf(work, copy);
    return codec.encodeStrip(pixels, placeOf(layout, index), level).then((encoded) => {
      strips[index] = encoded;
      pool.give(pixels.words.buffer);
    });
  }
  const encodeStrips = async (): Promise<void> => {
    for (let next = copies.shift(); next !== undefined; next = copies.shift()) {
      await line.run(start(next));
    }
  };
  await Promise.all(Array.from({ length: pictureLimits.stripsAtOnceMax }, encodeStrips));
}

function* pixelsOf(
  { layout, scaled, pool }: PictureWork,
  { index, pixels, isSource }: CopiedStrip,
): Generator<void, PixelStrip> {
  if (!isSource) return pixels;
  const made = yield* layout.pixels(index, pixels, pool);
  if (scaled !== null) putRows(layout.pictureRows(scaled, index), made);
  return made;
}

/** Encodes a strip on this thread. */
export function encodeDirectly(
  { layout, strips, level }: PictureWork,
  codec: DirectCodec,
  index: number,
  pixels: PixelRows,
): void {
  strips[index] = codec.encodeStrip(pixels, placeOf(layout, index), level);
}

function placeOf({ count }: StripLayout, index: number): StripPlace {
  return { index, isLast: index === count - 1 };
}
