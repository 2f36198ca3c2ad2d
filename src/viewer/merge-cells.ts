/** From cells that have changed to few rectangles. */

/** In cells: columns from `left` to before `right`, strips from `top` to before `bottom`. */
export interface CellRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface GrowingRect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Cells that may be sent without a change to spare a rectangle: their pixels take about as many
 * bytes as the tables in the head of a JPEG.
 */
const wastedCellsMax = 4;

/** Rectangles that hold every cell of the area that has changed, from top to bottom. */
export function mergeCells(
  area: CellRect,
  hasChanged: (strip: number, column: number) => boolean,
): CellRect[] {
  const rects: GrowingRect[] = [];
  /** Those that end with the strip before. */
  let open: GrowingRect[] = [];
  for (let top = area.top; top < area.bottom; top++) {
    const next: GrowingRect[] = [];
    for (const run of runsOf(area, (column) => hasChanged(top, column))) {
      const rect = open.find((each) => wastedCells(each, run) <= wastedCellsMax);
      if (rect === undefined) {
        const begun = { ...run, top, bottom: top + 1 };
        rects.push(begun);
        next.push(begun);
        continue;
      }
      rect.left = Math.min(rect.left, run.left);
      rect.right = Math.max(rect.right, run.right);
      rect.bottom = top + 1;
      if (!next.includes(rect)) next.push(rect);
    }
    open = next;
  }
  return rects;
}

interface Run {
  readonly left: number;
  readonly right: number;
}

/** Columns that have changed, with gaps that are not worth a rectangle. */
function runsOf({ left, right }: CellRect, hasChanged: (column: number) => boolean): Run[] {
  const runs: { left: number; right: number }[] = [];
  for (let column = left; column < right; column++) {
    if (!hasChanged(column)) continue;
    const last = runs.at(-1);
    if (last !== undefined && column - last.right <= wastedCellsMax) last.right = column + 1;
    else runs.push({ left: column, right: column + 1 });
  }
  return runs;
}

/** Cells of a rectangle around both that are in neither. */
function wastedCells(rect: GrowingRect, run: Run): number {
  const columns = Math.max(rect.right, run.right) - Math.min(rect.left, run.left);
  const rows = rect.bottom - rect.top;
  return columns * (rows + 1) - (rect.right - rect.left) * rows - (run.right - run.left);
}

/** Cuts a rectangle into pieces of at most so many columns and cells, but for one cell. */
export function* cutCells(rect: CellRect, columnsMax: number, cellsMax: number) {
  for (let left = rect.left; left < rect.right; left += columnsMax) {
    const right = Math.min(left + columnsMax, rect.right);
    const strips = Math.max(1, Math.floor(cellsMax / (right - left)));
    for (let top = rect.top; top < rect.bottom; top += strips) {
      yield { left, top, right, bottom: Math.min(top + strips, rect.bottom) };
    }
  }
}
