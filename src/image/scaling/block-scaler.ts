import type { Size } from "../../rfb/size.ts";
import type { PixelRows } from "../strips/pixel-strip.ts";
import type { Rows, Scaler } from "./scaler.ts";

/** A block's sums of red and of blue share a word, 16 bits each: 255 * 257 = 65535. */
const blockPixelsMax = 257;

/**
 * Scales by whole numbers, which most sizes of previews are: each pixel is the average of a block
 * of the frame. Three times as fast as by area, with the same result.
 */
export class BlockScaler implements Scaler {
  /** Null where the sizes do not fit. */
  static create(frame: Size, size: Size): BlockScaler | null {
    const across = frame.width / size.width;
    const down = frame.height / size.height;
    const isWhole = Number.isInteger(across) && Number.isInteger(down);
    return isWhole && across * down <= blockPixelsMax ? new BlockScaler(across, down) : null;
  }

  private constructor(
    readonly blockWidth: number,
    readonly blockHeight: number,
  ) {}

  sourceRows({ firstRow, rows }: Rows): Rows {
    return { firstRow: firstRow * this.blockHeight, rows: rows * this.blockHeight };
  }

  /** Yields after each row of the target. */
  *scale(source: PixelRows, _firstRow: number, target: PixelRows): Generator<void, void> {
    const blockRowWords = source.stride * this.blockHeight;
    for (let row = 0; row < target.rows; row++) {
      this.#averageRow(source, source.start + row * blockRowWords, target, row);
      yield;
    }
  }

  #averageRow(source: PixelRows, start: number, target: PixelRows, row: number): void {
    const { blockWidth, blockHeight } = this;
    const { words, stride } = source;
    const factor = 1 / (blockWidth * blockHeight);
    const out = target.start + row * target.stride;
    for (let x = 0; x < target.width; x++) {
      let redBlue = 0;
      let green = 0;
      for (let y = 0, first = start + x * blockWidth; y < blockHeight; y++, first += stride) {
        for (let i = first; i < first + blockWidth; i++) {
          const pixel = words[i];
          redBlue = (redBlue + (pixel & 0xff00ff)) | 0;
          green = (green + (pixel & 0xff00)) | 0;
        }
      }
      const r = ((redBlue >>> 16) * factor + 0.5) | 0;
      const g = ((green >>> 8) * factor + 0.5) | 0;
      const b = ((redBlue & 0xffff) * factor + 0.5) | 0;
      target.words[out + x] = (r << 16) | (g << 8) | b;
    }
  }
}
