/**
 * What a host may announce. Veyon Server relays no message above 64 MiB, and 4.11.1 refuses sides above 16384
 * pixels and updates of more rectangles; a real host stays far below.
 */
export const rfbLimits = {
  /** Pixels on one side of the screen. */
  sidePixelsMax: 16384,
  /** Pixels of the whole screen: two 8K screens side by side. */
  framePixelsMax: 2 * 7680 * 4320,
  rectanglesPerUpdateMax: 16384,
  /** Bytes of one rectangle as it comes, compressed or not. */
  rectBytesMax: 64 * 1024 * 1024,
  /** Bytes of all rectangles of one update, which wait until the update is complete. */
  updateBytesMax: 288 * 1024 * 1024,
  desktopNameBytesMax: 64 * 1024,
  cutTextBytesMax: 16 * 1024 * 1024,
  cursorSidePixelsMax: 1024,
  reasonBytesMax: 4096,
} as const;
