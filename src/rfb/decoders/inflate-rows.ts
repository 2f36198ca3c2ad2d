import type { InflateStream } from "../../bytes/inflate.ts";
import { bandPixelsMax, rowsPerBand } from "./row-bands.ts";

/**
 * The rows that are inflated at a time, 4 bytes a pixel at most, so small that they stay in the processor's cache.
 * One for all connections: what it holds is painted before anybody else runs.
 */
let band = new Uint8Array(bandPixelsMax * 4);

/**
 * Inflates `height` rows of `width` pixels in `rowBytes` bytes, a few at a time, and has each few painted: `rowCount`
 * rows from the start of `bytes`, the first being number `row`. Throws ProtocolError when the data is not exactly as
 * long as the rows.
 */
export function* inflateRows(
  inflate: InflateStream,
  compressed: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  rowBytes: number,
  paintRows: (bytes: Uint8Array, row: number, rowCount: number) => void,
): Generator<void, void> {
  const bandRows = rowsPerBand(width);
  if (bandRows * rowBytes > band.length) band = new Uint8Array(bandRows * rowBytes);
  inflate.start(compressed);
  for (let row = 0; row < height; row += bandRows) {
    const rowCount = Math.min(bandRows, height - row);
    inflate.inflate(band, 0, rowCount * rowBytes);
    paintRows(band, row, rowCount);
    yield;
  }
  inflate.finish();
}
