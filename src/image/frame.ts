/** Rows of a frame whose changes are counted together. */
export const frameStripRows = 16;

/** A screen in memory. It is live: it may change whenever the code that reads it yields. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** 0x??RRGGBB, row by row; the top byte is arbitrary. */
  readonly pixels: Uint32Array;
  /** One per `frameStripRows` rows: the revision at which the strip last changed. */
  readonly stripRevisions: Uint32Array;
  /** Rises with every change. A screen of another size is another object. */
  readonly revision: number;
  /** Calls `use` at a moment when the pixels are those of one moment; they may change as soon as it returns. */
  whenStill<T>(use: () => T): Promise<T>;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
