import { AreaScaler } from "../scaling/area-scaler.ts";
import { BlockScaler } from "../scaling/block-scaler.ts";
import type { BufferPool } from "../../bytes/buffer-pool.ts";
import type { Frame } from "../frame.ts";
import type { Rect } from "../../rfb/rect.ts";
import type { Size } from "../../rfb/size.ts";
import { type PixelRows, type PixelStrip, takeStrip } from "./pixel-strip.ts";
import type { Rows, Scaler } from "../scaling/scaler.ts";

/** How a picture is cut into strips, and which pixels of the frame each of them shows. */
export class StripLayout {
  readonly count: number;
  readonly #scaler: Scaler | null;
  readonly #stripRows: number;
  readonly #area: Rect;

  /**
   * `area`: the part of the frame that the picture shows. `stripRows` may be Infinity: the whole
   * picture is one strip.
   */
  constructor(
    area: Rect,
    readonly size: Size,
    stripRows: number,
  ) {
    this.#area = area;
    // Not Math.min: with Infinity among them it gives a floating-point number, see `scaledSize`.
    this.#stripRows = stripRows < size.height ? stripRows : size.height;
    this.count = Math.ceil(size.height / this.#stripRows);
    const unscaled = size.width === area.width && size.height === area.height;
    this.#scaler = unscaled ? null : (BlockScaler.create(area, size) ?? new AreaScaler(area, size));
  }

  firstRow(strip: number): number {
    return strip * this.#stripRows;
  }

  rows(strip: number): number {
    return Math.min(this.#stripRows, this.size.height - this.firstRow(strip));
  }

  /** Whether what the strip shows has changed since the revision. */
  changed(frame: Frame, strip: number, revision: number): boolean {
    return this.#changed(frame, this.#rowsOf(strip), revision);
  }

  /** Runs of rows of the strip that have changed since the revision; all of them if it is null. */
  changedRuns(frame: Frame, strip: number, revision: number | null): Rows[] {
    const all = this.#rowsOf(strip);
    if (revision === null) return [all];
    const runs: { firstRow: number; rows: number }[] = [];
    for (let row = all.firstRow; row < all.firstRow + all.rows; row++) {
      if (!this.#changed(frame, { firstRow: row, rows: 1 }, revision)) continue;
      const run = runs.at(-1);
      if (run !== undefined && run.firstRow + run.rows === row) run.rows++;
      else runs.push({ firstRow: row, rows: 1 });
    }
    return runs;
  }

  #changed(frame: Frame, rows: Rows, revision: number): boolean {
    const source = this.#sourceRows(rows);
    const { stripRows, stripRevisions } = frame;
    const firstRow = this.#area.y + source.firstRow;
    const last = Math.floor((firstRow + source.rows - 1) / stripRows);
    for (let i = Math.floor(firstRow / stripRows); i <= last; i++) {
      if (stripRevisions[i] > revision) return true;
    }
    return false;
  }

  /** Pixels that scaling the rows reads and writes. */
  scaledPixels(runs: readonly Rows[]): number {
    let pixels = 0;
    for (const run of runs) {
      pixels += this.#sourceRows(run).rows * this.#area.width;
      pixels += run.rows * this.size.width;
    }
    return pixels;
  }

  get isScaled(): boolean {
    return this.#scaler !== null;
  }

  /** The rows of the frame that the strip shows, as they are now. */
  frameRows(frame: Frame, strip: number): PixelRows {
    return this.#rowsOfFrame(frame, this.#sourceRows(this.#rowsOf(strip)));
  }

  /** The rows of the strip in a whole picture. */
  pictureRows(picture: PixelRows, strip: number): PixelRows {
    return rowsOf(picture, this.#rowsOf(strip));
  }

  /** Scales rows of the frame as it is now into a whole picture. For layouts that are scaled. */
  scaleNow(frame: Frame, run: Rows, picture: PixelRows): void {
    const source = this.#rowsOfFrame(frame, this.#sourceRows(run));
    const target = rowsOf(picture, run);
    for (const _row of this.#scaler!.scale(source, run.firstRow, target));
  }

  /**
   * The strip's pixels from the copy of its source, which it takes over. Yields so that it can be
   * done in slices.
   */
  *pixels(strip: number, source: PixelStrip, pool: BufferPool): Generator<void, PixelStrip> {
    if (this.#scaler === null) return source;
    const scaled = takeStrip(pool, this.size.width, this.rows(strip));
    yield* this.#scaler.scale(source, this.firstRow(strip), scaled);
    pool.give(source.words.buffer);
    return scaled;
  }

  #rowsOf(strip: number): Rows {
    return { firstRow: this.firstRow(strip), rows: this.rows(strip) };
  }

  /** The rows of the area that some rows of the picture are made of. */
  #sourceRows(rows: Rows): Rows {
    return this.#scaler?.sourceRows(rows) ?? rows;
  }

  #rowsOfFrame({ pixels, width: stride }: Frame, rows: Rows): PixelRows {
    const { x, y, width, height } = this.#area;
    const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
    return rowsOf({ width, rows: height, words, start: y * stride + x, stride }, rows);
  }
}

function rowsOf({ width, words, start, stride }: PixelRows, { firstRow, rows }: Rows): PixelRows {
  return { width, rows, words, start: start + firstRow * stride, stride };
}
