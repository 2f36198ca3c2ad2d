import type { PictureFormat } from "./picture-parameters.ts";

/** Where a picture comes from: it was there, is being made already, or is made. */
export type PictureSource = "cache" | "shared" | "made";

/** Hears of the pictures that are wanted and made, for those who count them. */
export interface PictureObserver {
  onWanted(format: PictureFormat, source: PictureSource): void;
  onMade(picture: MadePicture): void;
}

export interface MadePicture {
  readonly format: PictureFormat;
  readonly bytes: number;
  /** From the start of the work to its end, with what others did in between. */
  readonly durationMs: number;
}
