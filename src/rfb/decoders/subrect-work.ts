/** What subrectangles may cost, of RRE and its kin, where few bytes are many pixels. */

/**
 * How often they may paint a rectangle over, or a tile. Hosts cut it into parts that do not
 * overlap; a lying one could keep us painting for hours with 64 MiB.
 */
export const overpaintMax = 16;

/** Work before a yield: a subrectangle counts as its pixels and this much for itself. */
export const workPerYield = 16384;
export const workPerSubrect = 16;
