import type { Size } from "../rfb/size.ts";

/** A screen in memory. It is live: it may change whenever the code that reads it yields. */
export interface Frame extends Size {
  /** 0x??RRGGBB, row by row; the top byte is arbitrary. */
  readonly pixels: Uint32Array;
  /** Rows whose changes are counted together. */
  readonly stripRows: number;
  /** One per `stripRows` rows: the revision at which the strip last changed. */
  readonly stripRevisions: Uint32Array;
  /** Rises with every change. A screen of another size is another object. */
  readonly revision: number;
  /**
   * Calls `use` at a moment when the pixels are those of one moment; they may change as soon as it
   * returns.
   */
  whenStill<T>(use: () => T): Promise<T>;
}
