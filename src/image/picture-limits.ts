/** What one picture may cost, and all of them together. */
export const pictureLimits = {
  /** Pixels on one side: what a host's screen may have; JPEG itself ends at 65535. */
  sidePixelsMax: 16384,
  /** Pixels of a scaled picture: one 8K screen. In the frame's own size any area is fine. */
  scaledPixelsMax: 7680 * 4320,
  /** Pixels up to which the picture of even the smallest screen may be enlarged: one 4K screen. */
  enlargedPixelsMin: 3840 * 2160,
  /**
   * Pictures in the making at once in the whole process; each holds a copy of what changed in its
   * frame. Connections take turns.
   */
  queue: { what: "pictures", runningMax: 3, waitingMax: 4096 },
  /** Strips of one picture that are with an encoder at once. */
  stripsAtOnceMax: 8,
  /**
   * Pixels of a scaled picture that are kept with it while the cache is at most half full; more
   * would fill it.
   */
  keptPixelsMax: 1024 * 576,
  /** Bytes of free memory that are kept for the next pictures: about three full HD frames. */
  freeBytesMax: 32 * 1024 * 1024,
} as const;
