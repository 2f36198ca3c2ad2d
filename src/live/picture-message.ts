/**
 * A binary message of a live socket: the strips of a view that its viewer has not seen, in runs,
 * each run a JPEG of its own. Numbers are unsigned and big endian; docs/live.md has an example:
 *
 *     0 kind u8, 1   1 flags u8   2 view u16   4 width u16   6 height u16   8 count of runs u16
 *     then each run: 0 first row u16   2 rows u16   4 bytes of the JPEG u32   8 JPEG
 *
 * Width and height are those of the whole picture; a run is as wide as that.
 */
import {
  changedRuns,
  jpegRunBytes,
  runPlace,
  wholeRun,
  writeJpegRun,
} from "../image/jpeg/jpeg-run.ts";
import type { FollowedPicture } from "../watch/follower.ts";

const kind = 1;

/** The message has the whole picture: nothing of an earlier one counts any more. */
const wholeFlag = 1;

const headBytes = 10;
const runHeadBytes = 8;

/** `view`: its number, which fits in 16 bits. */
export function encodePictureMessage(
  view: number,
  { picture, sinceRevision }: FollowedPicture,
): Uint8Array<ArrayBuffer> {
  const { encoded, size } = picture;
  const runs = sinceRevision === null ? [wholeRun(encoded)] : changedRuns(encoded, sinceRevision);
  const lengths = runs.map((run) => jpegRunBytes(encoded, run));
  const bytes = lengths.reduce((sum, length) => sum + runHeadBytes + length, headBytes);
  const message = new Uint8Array(bytes);
  const numbers = new DataView(message.buffer);
  numbers.setUint8(0, kind);
  numbers.setUint8(1, sinceRevision === null ? wholeFlag : 0);
  numbers.setUint16(2, view);
  numbers.setUint16(4, size.width);
  numbers.setUint16(6, size.height);
  numbers.setUint16(8, runs.length);
  let offset = headBytes;
  for (const [i, run] of runs.entries()) {
    const { firstRow, rows } = runPlace(picture, run);
    numbers.setUint16(offset, firstRow);
    numbers.setUint16(offset + 2, rows);
    numbers.setUint32(offset + 4, lengths[i]);
    writeJpegRun(picture, run, message.subarray(offset + runHeadBytes));
    offset += runHeadBytes + lengths[i];
  }
  return message;
}
