import type { Codec } from "../strips/codec.ts";
import type { EncoderSettings } from "../picture-parameters.ts";

export type EngineName = "imagescript" | "bun" | "wasm";

/** A family of encoders that is complete for all formats. */
export interface Engine {
  /** Throws a `PictureError` where the engine's parts are missing. */
  codec(settings: EncoderSettings): Codec;
  close(): void;
}
