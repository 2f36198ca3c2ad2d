import { Coverage } from "./coverage.ts";
import type { Rect } from "./rect.ts";
import type { Size } from "./size.ts";

/** A multiple of 16, the height of a row of JPEG's blocks. */
const stripRows = 16;

/** Likewise, for their width. Hosts send what somebody types as rectangles of 32 or 64 columns. */
const cellColumns = 64;

/** The pixels are not there any more: the screen has another size now, or the host is gone. */
export class FrameGoneError extends Error {
  override readonly name = "FrameGoneError";
}

/**
 * The screen of a host. A pixel is one 32-bit word 0x??RRGGBB, so in memory B, G, R, unused: what
 * Veyon's own client asks for, and what a BMP holds. The unused byte is whatever the host sent.
 *
 * Every update that changes something raises `revision` and notes it for the strips of `stripRows`
 * rows that it has changed, so that a reader can tell what changed since it last looked. Pixels
 * that a host sends again, as x11vnc does now and then, are no change.
 *
 * Within a strip it is noted for cells of `cellColumns` columns as well, which costs nothing: all
 * cells count as changed that the host has painted in a strip that has changed.
 */
export class Framebuffer {
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Rows whose changes are counted together. */
  readonly stripRows = stripRows;
  /** The revision at which each strip was last changed. */
  readonly stripRevisions: Uint32Array;
  /** Columns whose changes are counted together within a strip. */
  readonly cellColumns = cellColumns;
  /** Cells that a strip has; the last one may be narrower. */
  readonly cellsAcross: number;
  /** The revision at which each cell may last have changed, strip by strip. */
  readonly cellRevisions: Uint32Array;
  #revision = 1;
  /** 1 for each cell that has been painted since the last `noteChanges`. */
  readonly #painted: Uint8Array;
  /** XXH3 of the pixels of each strip. */
  readonly #stripHashes: BigUint64Array;
  /** Where the host has sent something; null as soon as it has sent everything. */
  #coverage: Coverage | null;
  #isPainting = false;
  /** The end of what is being painted, where somebody waits for it. */
  #still: PromiseWithResolvers<void> | null = null;
  #gone: Error | null = null;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
    const strips = Math.ceil(height / stripRows);
    this.stripRevisions = new Uint32Array(strips).fill(1);
    this.cellsAcross = Math.ceil(width / cellColumns);
    this.cellRevisions = new Uint32Array(strips * this.cellsAcross).fill(1);
    this.#painted = new Uint8Array(strips * this.cellsAcross);
    this.#stripHashes = new BigUint64Array(strips);
    this.#coverage = new Coverage({ width, height });
  }

  /** Bytes of memory that a screen takes. */
  static bytesFor(size: Size): number {
    return size.width * size.height * 4 + Coverage.bytesFor(size);
  }

  get revision(): number {
    return this.#revision;
  }

  /** Whether every pixel has come from the host. */
  get complete(): boolean {
    return this.#coverage === null;
  }

  /**
   * Calls `use` at a moment when no update is half painted. The pixels may change as soon as `use`
   * has returned: what is needed later has to be copied in it. Throws what `free` was given.
   */
  async whenStill<T>(use: () => T): Promise<T> {
    while (this.#isPainting) await (this.#still ??= Promise.withResolvers()).promise;
    if (this.#gone !== null) throw this.#gone;
    return use();
  }

  /** From here until `endPaint` the pixels belong to no moment. */
  beginPaint(): void {
    this.#isPainting = this.#gone === null;
  }

  endPaint(): void {
    this.#isPainting = false;
    this.#still?.resolve();
    this.#still = null;
  }

  /** Gives the memory back at once. Nothing more will be painted, not even what was begun. */
  free(reason: Error): void {
    this.#gone ??= reason;
    this.endPaint();
    this.pixels.buffer.transfer(0);
  }

  /** Puts rect.width * rect.height pixels, row by row. */
  put(rect: Rect, pixels: Uint32Array): void {
    if (rect.x === 0 && rect.width === this.width) {
      this.pixels.set(pixels.subarray(0, rect.width * rect.height), rect.y * this.width);
      return;
    }
    for (let row = 0; row < rect.height; row++) {
      const from = row * rect.width;
      this.pixels.set(
        pixels.subarray(from, from + rect.width),
        (rect.y + row) * this.width + rect.x,
      );
    }
  }

  /** Moves what is at `from` to `rect`; the two may overlap. */
  copy(rect: Rect, from: { readonly x: number; readonly y: number }): void {
    const downwards = from.y < rect.y;
    for (let i = 0; i < rect.height; i++) {
      const row = downwards ? rect.height - 1 - i : i;
      const start = (from.y + row) * this.width + from.x;
      this.pixels.copyWithin((rect.y + row) * this.width + rect.x, start, start + rect.width);
    }
  }

  /**
   * Takes over the pixels that both have, which counts as nothing painted. Yields after every few
   * rows.
   */
  *keep(old: Framebuffer): Generator<void, void> {
    const width = Math.min(this.width, old.width);
    const height = Math.min(this.height, old.height);
    for (let row = 0; row < height; row++) {
      const start = row * old.width;
      this.pixels.set(old.pixels.subarray(start, start + width), row * this.width);
      if (row % stripRows === stripRows - 1) yield;
    }
  }

  /** Notes that the rectangle has been painted. */
  touch(rect: Rect): void {
    if (rect.width === 0 || rect.height === 0) return;
    const lastStrip = Math.floor((rect.y + rect.height - 1) / stripRows);
    const firstCell = Math.floor(rect.x / cellColumns);
    const endCell = Math.ceil((rect.x + rect.width) / cellColumns);
    for (let strip = Math.floor(rect.y / stripRows); strip <= lastStrip; strip++) {
      const start = strip * this.cellsAcross;
      this.#painted.fill(1, start + firstCell, start + endCell);
    }
    if (this.#coverage === null) return;
    this.#coverage.add(rect);
    if (this.#coverage.isComplete) this.#coverage = null;
  }

  /**
   * Finds out which of the painted strips have changed. Yields after each, well under a millisecond
   * of work.
   */
  *noteChanges(): Generator<void, void> {
    const revision = this.#revision + 1;
    for (let cell = this.#painted.indexOf(1); cell !== -1; cell = this.#painted.indexOf(1, cell)) {
      const strip = Math.floor(cell / this.cellsAcross);
      const endCell = (strip + 1) * this.cellsAcross;
      const hash = this.#hash(strip);
      if (hash !== this.#stripHashes[strip]) {
        this.#stripHashes[strip] = hash;
        this.stripRevisions[strip] = revision;
        this.#noteCells(cell, endCell, revision);
      }
      this.#painted.fill(0, cell, endCell);
      yield;
    }
    if (this.stripRevisions.includes(revision)) this.#revision = revision;
  }

  /** Of these cells, those that have been painted. */
  #noteCells(firstCell: number, endCell: number, revision: number): void {
    for (let cell = firstCell; cell < endCell; cell++) {
      if (this.#painted[cell] !== 0) this.cellRevisions[cell] = revision;
    }
  }

  #hash(strip: number): bigint {
    const stripPixels = stripRows * this.width;
    return Bun.hash.xxHash3(this.pixels.subarray(strip * stripPixels, (strip + 1) * stripPixels));
  }
}
