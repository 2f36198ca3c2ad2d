/** What a viewer may say, and how much is sent to it at a time. */
export const viewerLimits = {
  /** From the first byte to ClientInit. */
  handshakeTimeoutMs: 15_000,
  /** How long a viewer waits for a host that has not sent its whole screen. */
  firstPictureWaitMs: 5000,
  /** Numbers in SetEncodings; known viewers send up to 40. */
  encodingsMax: 256,
  /** Bytes of what is cut, compressed or not, that are read; a longer text ends the viewer. */
  cutTextBytesMax: 1024 * 1024,
  /** Bytes of a compressed text that are inflated: no host takes a text as long as that. */
  providedBytesMax: 256 * 1024,
  /** More messages wait to be read; mice report a thousand moves a second, at most. */
  messagesPerSecondMax: 2000,
  /** How long a turn of encoding takes, but for the rectangle that it ends with. */
  encodeMs: 1,
  /** Pixels of a rectangle in Tight, without loss: at most two or three milliseconds of work. */
  tightPixelsMax: 64 * 1024,
  /**
   * The same of a JPEG, which is faster: a millisecond. The file stays below the 4 MB that Tight
   * has a length for.
   */
  jpegPixelsMax: 256 * 1024,
  /** The same in Raw, where it takes memory. */
  rawPixelsMax: 64 * 1024,
  /** Columns of a rectangle, as Tight has it (rfbproto): decoders may have no room for more. */
  columnsMax: 2048,
  /** Bytes of an update that are sent when they are there, while the rest is still encoded. */
  partBytesMin: 64 * 1024,
  /** Bytes of an update of which no part can be sent before all of it is there. */
  updateBytesMax: 4 * 1024 * 1024,
  /** Bytes of rectangles that are kept for other viewers of the same screen. */
  keptBytesMax: 4 * 1024 * 1024,
} as const;
