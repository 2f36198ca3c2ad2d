import { InflateStream } from "../../bytes/inflate.ts";
import type { Size } from "../size.ts";
import { bandPixelsMax, rowsPerBand } from "./row-bands.ts";

/** Paints `rowCount` rows from the start of `bytes`, the first being number `row`. */
export type PaintRows = (bytes: Uint8Array, row: number, rowCount: number) => void;

/** A zlib stream of rows of pixels, inflated a few at a time. */
export class RowInflater {
  readonly #inflate: InflateStream;
  /** A few rows, 4 bytes a pixel at most, so small that they stay in the processor's cache. */
  #band = new Uint8Array(bandPixelsMax * 4);

  /** `what`: whose rows they are, for error texts. */
  constructor(what: string) {
    this.#inflate = new InflateStream(what);
  }

  /**
   * Inflates `height` rows of `rowBytes` bytes, a few at a time, and has each few painted. Throws
   * ProtocolError when the data is not exactly as long as the rows.
   */
  *inflate(
    compressed: Uint8Array,
    { width, height }: Size,
    rowBytes: number,
    paintRows: PaintRows,
  ): Generator<void, void> {
    const bandRows = rowsPerBand(width);
    if (bandRows * rowBytes > this.#band.length) this.#band = new Uint8Array(bandRows * rowBytes);
    this.#inflate.start(compressed);
    for (let row = 0; row < height; row += bandRows) {
      const rowCount = Math.min(bandRows, height - row);
      yield* this.#inflate.inflate(this.#band, 0, rowCount * rowBytes);
      paintRows(this.#band, row, rowCount);
      yield;
    }
    yield* this.#inflate.finish();
  }

  /** Forgets everything: the next rows begin a new zlib stream. */
  reset(): void {
    this.#inflate.reset();
  }

  close(): void {
    this.#inflate.close();
  }
}
