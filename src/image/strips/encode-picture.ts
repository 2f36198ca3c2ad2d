import type { Codec } from "./codec.ts";
import {
  type CopiedStrip,
  encodeCopies,
  encodeDirectly,
  type EncodeResources,
  type PictureWork,
} from "./encode-copies.ts";
import { type EncodedPicture, joinStrips } from "./encoded-picture.ts";
import type { Frame } from "../frame.ts";
import { copyRows, createStrip, type PixelRows, type PixelStrip } from "./pixel-strip.ts";
import type { StripLayout } from "./strip-layout.ts";

/** What is to be encoded, and how. */
export interface PictureJob {
  readonly frame: Frame;
  readonly layout: StripLayout;
  readonly codec: Codec;
  readonly level: number;
  /** The same picture of an earlier revision. */
  readonly previous: EncodedPicture | null;
  /** Whether nobody has been given a picture between that one and this. */
  readonly isPreviousNewest: boolean;
  /** Whether the pixels of a scaled picture are to be kept with it. */
  readonly keepsScaled: boolean;
  /** Called with the revision when the frame has been copied; from then on it may change. */
  readonly onCopied: (revision: number) => void;
}

/**
 * So many pixels, of frame and picture, are scaled at once, which takes a millisecond or two; of
 * more the frame's rows are copied, and scaled bit by bit.
 */
const scaledAtOncePixelsMax = 600_000;

/**
 * So many pixels a codec that needs no other thread encodes at once, where they are, and joins with
 * so many bytes of the previous file, which takes a millisecond or two. Of more, copies are made,
 * and encoded bit by bit.
 */
const encodedAtOncePixelsMax = 450_000;
const joinedAtOnceBytesMax = 4 * 1024 * 1024;

/** What has changed in the frame, as it was at that revision. */
interface Copied {
  readonly revision: number;
  readonly copies: CopiedStrip[];
}

/**
 * Encodes the strips that have changed since the previous picture; the result shows the frame at
 * one moment.
 */
export async function encodePicture(
  job: PictureJob,
  { line, pool }: EncodeResources,
): Promise<EncodedPicture> {
  const { frame, layout, codec } = job;
  // Strips of different encoders do not fit together.
  const previous = job.previous?.codec === codec ? job.previous : null;
  const scaled = previous === null ? placeForScaled(job) : previous.scaled;
  const strips = Array.from({ length: layout.count }, () => null);
  const work: PictureWork = { ...job, previous, scaled, strips, line, pool };
  await line.pause();
  const taken = await frame.whenStill(() => takeChanged(work));
  if ("bytes" in taken) return taken;
  const { revision, copies } = taken;
  await encodeCopies(work, copies);
  return line.run(joinStrips(work, revision));
}

/** Where the pixels of a scaled picture are kept; later ones of it are written over them. */
function placeForScaled({ layout, keepsScaled }: PictureJob): PixelStrip | null {
  if (!layout.isScaled || !keepsScaled) return null;
  return createStrip(layout.size.width, layout.size.height);
}

/** The picture, if there is little to do for it. */
function takeChanged(work: PictureWork): EncodedPicture | Copied {
  const { frame, layout, codec, previous, scaled, pool, onCopied } = work;
  const { revision } = frame;
  const changed = [...Array(layout.count).keys()].filter(
    (index) => previous === null || layout.changed(frame, index, previous.revision),
  );
  onCopied(revision);
  if (previous !== null && changed.length === 0) return { ...previous, revision };
  const isScaled = scaled !== null && scaleChanged(work, changed, scaled);
  const rowsOf = (index: number): PixelRows =>
    isScaled ? layout.pictureRows(scaled, index) : layout.frameRows(frame, index);
  if (!codec.isThreaded && layout.isScaled === isScaled && isLittle(work, changed)) {
    for (const index of changed) encodeDirectly(work, codec, index, rowsOf(index));
    return joinAtOnce(work, revision);
  }
  const copies = changed.map((index) => ({
    index,
    pixels: copyRows(pool, rowsOf(index)),
    isSource: !isScaled,
  }));
  return { revision, copies };
}

/** Scales the rows of the strips that have changed, unless they are too many to be done at once. */
function scaleChanged(
  { frame, layout, previous }: PictureWork,
  changed: readonly number[],
  scaled: PixelStrip,
): boolean {
  const since = previous?.revision ?? null;
  const runs = changed.flatMap((strip) => layout.changedRuns(frame, strip, since));
  if (layout.scaledPixels(runs) > scaledAtOncePixelsMax) return false;
  for (const run of runs) layout.scaleNow(frame, run, scaled);
  return true;
}

function isLittle({ layout, previous }: PictureWork, changed: readonly number[]): boolean {
  const rows = changed.reduce((sum, strip) => sum + layout.rows(strip), 0);
  const previousBytes = previous?.bytes.length ?? 0;
  return (
    rows * layout.size.width <= encodedAtOncePixelsMax && previousBytes <= joinedAtOnceBytesMax
  );
}

function joinAtOnce(work: PictureWork, revision: number): EncodedPicture {
  const joining = joinStrips(work, revision);
  for (;;) {
    const step = joining.next();
    if (step.done === true) return step.value;
  }
}
