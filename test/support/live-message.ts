/** Reads the binary messages of a live socket as docs/live.md describes them, and nothing more. */
import { decodeWithBun } from "../unit/image/decoders.ts";

export interface LiveRun {
  readonly firstRow: number;
  readonly rows: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

export interface LivePicture {
  readonly isWhole: boolean;
  readonly view: number;
  readonly width: number;
  readonly height: number;
  readonly runs: readonly LiveRun[];
}

export function readPictureMessage(bytes: Uint8Array): LivePicture {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (numbers.getUint8(0) !== 1) throw new Error(`kind ${numbers.getUint8(0)}, wanted 1`);
  const runs: LiveRun[] = [];
  let offset = 10;
  for (let left = numbers.getUint16(8); left > 0; left--) {
    const length = numbers.getUint32(offset + 4);
    runs.push({
      firstRow: numbers.getUint16(offset),
      rows: numbers.getUint16(offset + 2),
      jpeg: bytes.slice(offset + 8, offset + 8 + length),
    });
    offset += 8 + length;
  }
  if (offset !== bytes.length) throw new Error(`${bytes.length} bytes, wanted ${offset}`);
  return {
    isWhole: (numbers.getUint8(1) & 1) === 1,
    view: numbers.getUint16(2),
    width: numbers.getUint16(4),
    height: numbers.getUint16(6),
    runs,
  };
}

/** What a viewer sees of a view, as each message leaves it. */
export class LiveCanvas {
  width = 0;
  height = 0;
  /** 0xRRGGBB. */
  pixels = new Uint32Array(0);

  async paint(picture: LivePicture): Promise<void> {
    if (picture.isWhole) {
      this.width = picture.width;
      this.height = picture.height;
      this.pixels = new Uint32Array(this.width * this.height);
    }
    for (const { firstRow, rows, jpeg } of picture.runs) {
      const { width, height, pixels } = await decodeWithBun(jpeg);
      if (width !== this.width || height !== rows) {
        throw new Error(`a run of ${width}x${height}, wanted ${this.width}x${rows}`);
      }
      this.pixels.set(pixels, firstRow * this.width);
    }
  }

  colour(x: number, y: number): number {
    return this.pixels[y * this.width + x];
  }
}
