/** Pixels painted before a decoder yields: well under a millisecond of work. */
export const bandPixelsMax = 16384;

/** Rows of this width that are painted before a decoder yields. */
export function rowsPerBand(width: number): number {
  return Math.max(1, Math.floor(bandPixelsMax / Math.max(1, width)));
}
