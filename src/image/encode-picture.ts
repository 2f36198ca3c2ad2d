import type { BufferPool } from "../bytes/buffer-pool.ts";
import type { Codec, EncodedStrip } from "./codec.ts";
import { type EncodedPicture, joinStrips } from "./encoded-picture.ts";
import type { Frame } from "./frame.ts";
import { pictureLimits } from "./picture-limits.ts";
import { copyRows, createStrip, type PixelStrip, putRows } from "./pixel-strip.ts";
import type { StripLayout } from "./strip-layout.ts";
import type { TimeSlicer } from "./time-slicer.ts";

/** What is to be encoded, and how. */
export interface PictureJob {
  readonly frame: Frame;
  readonly layout: StripLayout;
  readonly codec: Codec;
  readonly level: number;
  /** The same picture of an earlier revision. */
  readonly previous: EncodedPicture | null;
  /** Whether the pixels of a scaled picture are to be kept with it. */
  readonly keepsScaled: boolean;
  /** Called with the revision when the frame has been copied; from then on it may change. */
  readonly onCopied: (revision: number) => void;
}

/**
 * So many pixels, of frame and picture, are scaled at once, which takes a millisecond or two; of more the frame's rows
 * are copied, and scaled bit by bit.
 */
const scaledAtOncePixelsMax = 600_000;

interface ChangedStrip {
  readonly index: number;
  /** Its pixels, or a step on the way to them. */
  readonly pixels: PixelStrip;
  /** Whether they are a copy of the rows of the frame that the strip shows. */
  readonly isSource: boolean;
}

interface EncodeResources {
  readonly slicer: TimeSlicer;
  readonly pool: BufferPool;
}

/**
 * Encodes the strips that have changed since the previous picture; the result shows the frame at
 * one moment.
 */
export async function encodePicture(
  job: PictureJob,
  { slicer, pool }: EncodeResources,
): Promise<EncodedPicture> {
  const { layout, codec, level } = job;
  // Strips of different encoders do not fit together.
  const previous = job.previous?.codec === codec ? job.previous : null;
  const scaled = keptPixels(job, previous);
  const { revision, changed } = await slicer.runWhole(() =>
    job.frame.whenStill(() => copyChanged(job, previous, scaled, pool)),
  );
  if (previous !== null && changed.length === 0) return { ...previous, revision };
  const strips = Array.from<EncodedStrip | null>({ length: layout.count }).fill(null);

  function* startStrip(strip: ChangedStrip): Generator<void, Promise<void>> {
    const { index } = strip;
    const pixels = strip.isSource ? yield* layout.pixels(index, strip.pixels, pool) : strip.pixels;
    if (strip.isSource && scaled !== null) putRows(layout.pictureRows(scaled, index), pixels);
    const place = { index, isLast: index === layout.count - 1 };
    return codec.encodeStrip(pixels, place, level).then((encoded) => {
      strips[index] = encoded;
      pool.give(pixels.words.buffer);
    });
  }
  const encodeStrips = async (): Promise<void> => {
    for (let next = changed.shift(); next !== undefined; next = changed.shift()) {
      await slicer.run(startStrip(next));
    }
  };
  await Promise.all(Array.from({ length: pictureLimits.stripsAtOnceMax }, encodeStrips));
  return slicer.run(joinStrips(job, strips, previous, { revision, scaled }));
}

/** Where the pixels of a scaled picture are kept; those of the previous one are in it. */
function keptPixels(
  { layout, keepsScaled }: PictureJob,
  previous: EncodedPicture | null,
): PixelStrip | null {
  if (previous !== null) return previous.scaled;
  if (!layout.isScaled || !keepsScaled) return null;
  return createStrip(layout.size.width, layout.size.height);
}

function copyChanged(
  { frame, layout, onCopied }: PictureJob,
  previous: EncodedPicture | null,
  scaled: PixelStrip | null,
  pool: BufferPool,
) {
  const { revision } = frame;
  const indexes = [...Array(layout.count).keys()].filter(
    (index) => previous === null || layout.changed(frame, index, previous.revision),
  );
  const isScaled =
    scaled !== null && scaleChanged(frame, layout, indexes, previous?.revision ?? null, scaled);
  const changed = indexes.map((index): ChangedStrip => {
    const rows = isScaled ? layout.pictureRows(scaled, index) : layout.frameRows(frame, index);
    return { index, pixels: copyRows(pool, rows), isSource: !isScaled };
  });
  onCopied(revision);
  return { revision, changed };
}

/** Scales the rows of the strips that have changed, unless they are too many to be done at once. */
function scaleChanged(
  frame: Frame,
  layout: StripLayout,
  strips: readonly number[],
  sinceRevision: number | null,
  scaled: PixelStrip,
): boolean {
  const runs = strips.flatMap((strip) => layout.changedRuns(frame, strip, sinceRevision));
  if (layout.scaledPixels(runs) > scaledAtOncePixelsMax) return false;
  for (const run of runs) layout.scaleNow(frame, run, scaled);
  return true;
}
