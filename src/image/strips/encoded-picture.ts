import type { Codec, EncodedStrip } from "./codec.ts";
import type { PixelStrip } from "./pixel-strip.ts";
import type { StripLayout } from "./strip-layout.ts";

/**
 * A picture file, and where its strips are in it, so that the next one can take over what has not
 * changed. It is never written to again: answers may still be sending it.
 */
export interface EncodedPicture {
  readonly codec: Codec;
  /** The revision of the frame that it shows. */
  readonly revision: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each strip begins; one more for where the last one ends. */
  readonly stripOffsets: Uint32Array;
  readonly checksums: Uint32Array;
  /** The revision at which each strip of the file was last another one than before. */
  readonly stripRevisions: Uint32Array;
  /**
   * All pixels of a small picture that is scaled, so that only rows that change have to be scaled
   * again; those of the next picture are written over them. Null where they are not kept.
   */
  readonly scaled: PixelStrip | null;
}

/** What a file is joined from. */
export interface PictureParts extends Pick<EncodedPicture, "codec" | "scaled"> {
  readonly layout: StripLayout;
  readonly level: number;
  readonly previous: EncodedPicture | null;
  /** Whether nobody has been given a picture between that one and this. */
  readonly isPreviousNewest: boolean;
  /** Null for what the previous picture has already. At least one is not null. */
  readonly strips: (EncodedStrip | null)[];
}

/** The file of a frame's revision. Yields so that it can be done in slices. */
export function* joinStrips(
  { codec, layout, level, previous, isPreviousNewest, strips, scaled }: PictureParts,
  revision: number,
): Generator<void, EncodedPicture> {
  const bodies = strips.map((strip, i) => strip?.body ?? [keptBody(previous!, i)]);
  const checksums = Uint32Array.from(
    strips,
    (strip, i) => strip?.checksum ?? previous!.checksums[i],
  );
  const anyStrip = strips.find((strip) => strip !== null)!;
  const head = codec.encodeHead(layout.size, level, anyStrip);
  const tail = codec.encodeTail(layout.size, checksums);
  const stripOffsets = new Uint32Array(strips.length + 1);
  stripOffsets[0] = head.length;
  for (let i = 0; i < bodies.length; i++) {
    stripOffsets[i + 1] = bodies[i].reduce((end, part) => end + part.length, stripOffsets[i]);
  }
  const bytes = new Uint8Array(stripOffsets[bodies.length] + tail.length);
  let offset = 0;
  const put = (part: Uint8Array): void => {
    bytes.set(part, offset);
    offset += part.length;
  };
  put(head);
  for (const body of bodies) {
    body.forEach(put);
    yield;
  }
  put(tail);
  const stripRevisions = Uint32Array.from(strips, (strip, i) => {
    if (previous === null) return revision;
    const isKept =
      strip === null || (isPreviousNewest && isSame(strip.body, keptBody(previous, i)));
    return isKept ? previous.stripRevisions[i] : revision;
  });
  return { codec, revision, bytes, stripOffsets, checksums, stripRevisions, scaled };
}

/**
 * What changes beside a picture's area, or too little to be seen in it, leaves its strips alone.
 */
function isSame(body: readonly Uint8Array[], kept: Uint8Array): boolean {
  const lengths = body.reduce((sum, part) => sum + part.length, 0);
  if (lengths !== kept.length) return false;
  let offset = 0;
  return body.every((part) => {
    const same = kept.subarray(offset, offset + part.length);
    offset += part.length;
    return Buffer.compare(part, same) === 0;
  });
}

function keptBody(previous: EncodedPicture, strip: number): Uint8Array {
  return previous.bytes.subarray(previous.stripOffsets[strip], previous.stripOffsets[strip + 1]);
}

/** Whether anything in it is another one than in the picture of an earlier revision. */
export function hasChangedSince({ stripRevisions }: EncodedPicture, revision: number): boolean {
  return stripRevisions.some((changedAt) => changedAt > revision);
}

/** Bytes of memory that keeping the picture takes. */
export function pictureMemoryBytes(picture: EncodedPicture): number {
  const { bytes, stripOffsets, checksums, stripRevisions, scaled } = picture;
  const tables = [stripOffsets, checksums, stripRevisions];
  const tableBytes = tables.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return bytes.buffer.byteLength + tableBytes + (scaled?.words.byteLength ?? 0);
}
