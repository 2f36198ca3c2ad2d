/**
 * Some strips of a JPEG, one below the other, as a JPEG of their own: what has changed in a picture
 * that somebody has seen. Nothing is encoded again; what follows from the place of a strip are the
 * height in the head and the markers between the strips (see jpeg-file.ts).
 */
import type { Picture } from "../picture-encoder.ts";
import type { EncodedPicture } from "../strips/encoded-picture.ts";
import { endMarker, jpegStripRows, setJpegHeight } from "./jpeg-file.ts";

/** Strips of a picture. */
export interface StripRun {
  /** The number of the first one. */
  readonly first: number;
  readonly count: number;
}

/** Where the strips stand in the picture, in rows of pixels. */
export interface RunPlace {
  readonly firstRow: number;
  readonly rows: number;
}

/** All strips of the picture. */
export function wholeRun({ stripRevisions }: EncodedPicture): StripRun {
  return { first: 0, count: stripRevisions.length };
}

/**
 * The strips that are other ones than at that revision. Those between two runs are taken along
 * where that is less than the head of another JPEG.
 */
export function changedRuns(picture: EncodedPicture, sinceRevision: number): StripRun[] {
  const { stripRevisions, stripOffsets } = picture;
  const runs: { first: number; count: number }[] = [];
  for (let strip = 0; strip < stripRevisions.length; strip++) {
    if (stripRevisions[strip] <= sinceRevision) continue;
    const last = runs.at(-1);
    const end = last === undefined ? 0 : last.first + last.count;
    if (last !== undefined && stripOffsets[strip] - stripOffsets[end] <= headBytes(picture)) {
      last.count = strip + 1 - last.first;
    } else {
      runs.push({ first: strip, count: 1 });
    }
  }
  return runs;
}

export function runPlace({ size }: Picture, { first, count }: StripRun): RunPlace {
  const firstRow = first * jpegStripRows;
  return { firstRow, rows: Math.min(count * jpegStripRows, size.height - firstRow) };
}

/** Bytes of the JPEG. */
export function jpegRunBytes(picture: EncodedPicture, { first, count }: StripRun): number {
  const { stripOffsets } = picture;
  return headBytes(picture) + stripOffsets[first + count] - stripOffsets[first];
}

/** Writes the JPEG to the beginning of `target`. */
export function writeJpegRun(picture: Picture, run: StripRun, target: Uint8Array): void {
  const { bytes, stripOffsets } = picture.encoded;
  const { first, count } = run;
  const head = headBytes(picture.encoded);
  const start = stripOffsets[first];
  target.set(bytes.subarray(0, head));
  setJpegHeight(target.subarray(0, head), runPlace(picture, run).rows);
  target.set(bytes.subarray(start, stripOffsets[first + count]), head);
  for (let i = 0; i < count; i++) {
    const end = head + stripOffsets[first + i + 1] - start;
    target[end - 1] = endMarker(i, i === count - 1);
  }
}

function headBytes({ stripOffsets }: EncodedPicture): number {
  return stripOffsets[0];
}
