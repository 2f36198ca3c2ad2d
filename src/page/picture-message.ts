/** Binary messages of `veyon-live.v1`; docs/live.md has each byte. */
const pictureKind = 1;
const headBytes = 10;
const runHeadBytes = 8;

/** What has changed in a view. */
export interface PictureMessage {
  readonly view: number;
  readonly isWhole: boolean;
  readonly width: number;
  readonly height: number;
  readonly runs: readonly PictureRun[];
}

/** Rows of the picture, as a JPEG as wide as that. */
export interface PictureRun {
  readonly firstRow: number;
  readonly jpeg: Blob;
}

/** Null for messages of kinds that are not known. */
export function decodePictureMessage(buffer: ArrayBuffer): PictureMessage | null {
  const numbers = new DataView(buffer);
  if (numbers.getUint8(0) !== pictureKind) return null;
  const runs: PictureRun[] = [];
  let offset = headBytes;
  for (let left = numbers.getUint16(8); left > 0; left--) {
    const bytes = numbers.getUint32(offset + 4);
    const jpeg = new Uint8Array(buffer, offset + runHeadBytes, bytes);
    runs.push({
      firstRow: numbers.getUint16(offset),
      jpeg: new Blob([jpeg], { type: "image/jpeg" }),
    });
    offset += runHeadBytes + bytes;
  }
  return {
    view: numbers.getUint16(2),
    isWhole: (numbers.getUint8(1) & 1) !== 0,
    width: numbers.getUint16(4),
    height: numbers.getUint16(6),
    runs,
  };
}
