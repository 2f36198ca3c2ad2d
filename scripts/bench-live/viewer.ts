/** A part of the screen that somebody was shown: pixels, or a file that has them. */
export interface ShownPart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0x??RRGGBB. A JPEG is decoded when everything has been measured. */
  readonly content: Uint8Array<ArrayBuffer> | Uint32Array;
}

/** What a viewer got at a time. */
export interface Shown {
  readonly atMs: number;
  readonly parts: readonly ShownPart[];
}

/** Somebody who looks at the screen. */
export interface Viewer {
  /** What it got so far; emptied by whoever measures. */
  readonly shown: Shown[];
  /** Bytes of pictures, with all that belongs to their messages. */
  receivedBytes: number;
  close(): void;
}
