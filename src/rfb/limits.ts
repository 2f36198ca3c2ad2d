/**
 * What a host may announce. Veyon Server relays no message above 64 MiB, and 4.11.1 refuses sides
 * above 16384 pixels and updates of more rectangles; a real host stays far below.
 */
export const rfbLimits = {
  /** Pixels on one side of the screen. */
  sidePixelsMax: 16384,
  /** Pixels of the whole screen: two 8K screens side by side. */
  framePixelsMax: 2 * 7680 * 4320,
  rectanglesPerUpdateMax: 16384,
  /**
   * Changes of size in one update, each behind pixels of another size; hosts send one by itself.
   */
  resizesPerUpdateMax: 4,
  /** How often one update may paint over the screen; the rectangles of hosts hardly overlap. */
  overpaintMax: 4,
  /** Bytes of one rectangle as it comes, compressed or not. */
  rectBytesMax: 64 * 1024 * 1024,
  /**
   * Bytes of all rectangles of one update, which wait until it is complete: what the pixels take
   * uncompressed and half as much again, and a little for headers.
   */
  updateBytesPerPixelMax: 6,
  updateBytesMin: 256 * 1024,
  desktopNameBytesMax: 64 * 1024,
  cutTextBytesMax: 16 * 1024 * 1024,
  cursorSidePixelsMax: 1024,
  /** Pixels of a cursor that is kept; the largest of Windows has as many. */
  cursorKeptPixelsMax: 256 * 256,
  reasonBytesMax: 4096,
} as const;
