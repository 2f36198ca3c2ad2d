import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";
import { type CellRect, cutCells, mergeCells } from "./merge-cells.ts";

/** How large a rectangle may be, in pixels. */
export interface RectLimits {
  readonly columnsMax: number;
  readonly pixelsMax: number;
}

const nothing: CellRect = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * What a viewer has of a frame: for each cell the revision of which it was sent. That is all there
 * is to know for a viewer that is sent the newest whenever it has taken what it was sent before.
 */
export class SentCells {
  readonly #revisions: Uint32Array;

  constructor(readonly frame: Framebuffer) {
    // The first revision of a frame is 1, so nothing has been sent.
    this.#revisions = new Uint32Array(frame.cellRevisions.length);
  }

  /** The viewer wants the area anew. */
  forget(area: Rect): void {
    this.#fill(this.#cellsOf(area), () => 0);
  }

  /** The rectangle is sent as it is now. */
  note(rect: Rect): void {
    const { cellRevisions } = this.frame;
    this.#fill(this.#cellsOf(rect), (cell) => cellRevisions[cell]);
  }

  /** Whether there is something to send of the area. */
  isChanged(area: Rect): boolean {
    const { top, bottom, left, right } = this.#cellsOf(area);
    for (let strip = top; strip < bottom; strip++) {
      for (let column = left; column < right; column++) {
        if (this.#isCellChanged(strip, column)) return true;
      }
    }
    return false;
  }

  /** What is to be sent of the area, in whole cells, which may reach beyond it. */
  changedRects(area: Rect, { columnsMax, pixelsMax }: RectLimits): Rect[] {
    const { cellColumns, stripRows } = this.frame;
    const merged = mergeCells(this.#cellsOf(area), (strip, column) =>
      this.#isCellChanged(strip, column),
    );
    const columns = Math.floor(columnsMax / cellColumns);
    const cells = Math.floor(pixelsMax / (cellColumns * stripRows));
    return merged.flatMap((rect) =>
      [...cutCells(rect, columns, cells)].map((piece) => this.#pixelsOf(piece)),
    );
  }

  #isCellChanged(strip: number, column: number): boolean {
    const cell = strip * this.frame.cellsAcross + column;
    return this.frame.cellRevisions[cell] !== this.#revisions[cell];
  }

  #fill({ left, top, right, bottom }: CellRect, revisionOf: (cell: number) => number): void {
    const { cellsAcross } = this.frame;
    for (let strip = top; strip < bottom; strip++) {
      for (let cell = strip * cellsAcross + left; cell < strip * cellsAcross + right; cell++) {
        this.#revisions[cell] = revisionOf(cell);
      }
    }
  }

  /** The cells that the area touches; it may lie outside of the frame in part or whole. */
  #cellsOf({ x, y, width, height }: Rect): CellRect {
    const { frame } = this;
    const { cellColumns, stripRows } = frame;
    const right = Math.min(x + width, frame.width);
    const bottom = Math.min(y + height, frame.height);
    if (right <= x || bottom <= y) return nothing;
    return {
      left: Math.floor(x / cellColumns),
      top: Math.floor(y / stripRows),
      right: Math.ceil(right / cellColumns),
      bottom: Math.ceil(bottom / stripRows),
    };
  }

  #pixelsOf({ left, top, right, bottom }: CellRect): Rect {
    const { cellColumns, stripRows, width, height } = this.frame;
    const [x, y] = [left * cellColumns, top * stripRows];
    return {
      x,
      y,
      width: Math.min(right * cellColumns, width) - x,
      height: Math.min(bottom * stripRows, height) - y,
    };
  }
}
