import type { PixelRows } from "../strips/pixel-strip.ts";

export interface Rows {
  readonly firstRow: number;
  readonly rows: number;
}

/** Scales strips of a frame to strips of a picture. */
export interface Scaler {
  /** The rows of the frame that some rows of the picture are made of. */
  sourceRows(rows: Rows): Rows;
  /**
   * Makes the rows from `firstRow` of the picture on from those that `sourceRows` names. Yields so
   * that it can be done in slices.
   */
  scale(source: PixelRows, firstRow: number, target: PixelRows): Generator<void, void>;
}
