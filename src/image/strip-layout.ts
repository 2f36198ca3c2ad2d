import { AreaScaler } from "./area-scaler.ts";
import { BlockScaler } from "./block-scaler.ts";
import type { BufferPool } from "../bytes/buffer-pool.ts";
import { type Frame, frameStripRows, type Size } from "./frame.ts";
import { headerWords, type PixelStrip, takeStrip } from "./pixel-strip.ts";
import type { Rows, Scaler } from "./scaler.ts";

/** How a picture is cut into strips, and which rows of the frame each of them shows. */
export class StripLayout {
  readonly count: number;
  readonly #scaler: Scaler | null;
  readonly #stripRows: number;
  readonly #frameWidth: number;

  /** `stripRows` may be Infinity: the whole picture is one strip. */
  constructor(
    frame: Size,
    readonly size: Size,
    stripRows: number,
  ) {
    this.#frameWidth = frame.width;
    // Not Math.min: with Infinity among them it gives a floating-point number, see `scaledSize`.
    this.#stripRows = stripRows < size.height ? stripRows : size.height;
    this.count = Math.ceil(size.height / this.#stripRows);
    const unscaled = size.width === frame.width && size.height === frame.height;
    this.#scaler = unscaled
      ? null
      : (BlockScaler.create(frame, size) ?? new AreaScaler(frame, size));
  }

  firstRow(strip: number): number {
    return strip * this.#stripRows;
  }

  rows(strip: number): number {
    return Math.min(this.#stripRows, this.size.height - this.firstRow(strip));
  }

  /** Whether what the strip shows has changed since the revision. */
  changed(frame: Frame, strip: number, revision: number): boolean {
    const source = this.#sourceRows(strip);
    const last = Math.floor((source.firstRow + source.rows - 1) / frameStripRows);
    for (let i = Math.floor(source.firstRow / frameStripRows); i <= last; i++) {
      if (frame.stripRevisions[i]! > revision) return true;
    }
    return false;
  }

  /** Pixels that scaling the strips reads and writes. */
  scaledPixels(strips: readonly number[]): number {
    let pixels = 0;
    for (const strip of strips) {
      pixels += this.#sourceRows(strip).rows * this.#frameWidth;
      pixels += this.rows(strip) * this.size.width;
    }
    return pixels;
  }

  get isScaled(): boolean {
    return this.#scaler !== null;
  }

  /** A copy of the rows of the frame that the strip shows, as they are now. */
  copySource(frame: Frame, strip: number, pool: BufferPool): PixelStrip {
    const { firstRow, rows } = this.#sourceRows(strip);
    const { width, pixels } = frame;
    const copy = takeStrip(pool, width, rows);
    const start = pixels.byteOffset + firstRow * width * 4;
    copy.words.set(new Int32Array(pixels.buffer, start, rows * width), headerWords);
    return copy;
  }

  /** The strip's pixels from the frame as it is now. For layouts that are scaled. */
  scaleNow({ pixels, width }: Frame, strip: number, pool: BufferPool): PixelStrip {
    const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
    const start = this.#sourceRows(strip).firstRow * width;
    const scaled = takeStrip(pool, this.size.width, this.rows(strip));
    for (const _row of this.#scaler!.scale({ width, words, start }, this.firstRow(strip), scaled));
    return scaled;
  }

  /**
   * The strip's pixels from the copy of its source, which it takes over. Yields so that it can be
   * done in slices.
   */
  *pixels(strip: number, source: PixelStrip, pool: BufferPool): Generator<void, PixelStrip> {
    if (this.#scaler === null) return source;
    const { width, words } = source;
    const scaled = takeStrip(pool, this.size.width, this.rows(strip));
    yield* this.#scaler.scale({ width, words, start: headerWords }, this.firstRow(strip), scaled);
    pool.give(source.words.buffer);
    return scaled;
  }

  #sourceRows(strip: number): Rows {
    const rows = { firstRow: this.firstRow(strip), rows: this.rows(strip) };
    return this.#scaler?.sourceRows(rows) ?? rows;
  }
}
