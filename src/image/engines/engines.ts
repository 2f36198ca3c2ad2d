import type { Codec } from "../strips/codec.ts";
import type { Engine, EngineName } from "./engine.ts";
import { PictureError } from "../picture-error.ts";
import type { EncoderSettings, PictureFormat } from "../picture-parameters.ts";

export type EngineChoice = EngineName | "auto";

/**
 * What `auto` takes for each format, fastest first; docs/performance.md has the figures. The PNG of
 * `wasm` is that of `bun`.
 */
const fastestEngines: Record<PictureFormat, readonly EngineName[]> = {
  png: ["bun", "imagescript"],
  jpeg: ["wasm", "bun", "imagescript"],
};

/** Chooses what encodes a picture. */
export class Engines {
  readonly #complaints = new Set<string>();

  /** `warn` hears once of each thing that `auto` has to do without. */
  constructor(
    readonly choice: EngineChoice,
    readonly warn: (message: string) => void,
    readonly engines: Record<EngineName, Engine>,
  ) {}

  /** Throws a `PictureError` if the chosen engine, or every engine, lacks its parts. */
  codec(settings: EncoderSettings): Codec {
    if (this.choice !== "auto") return this.engines[this.choice].codec(settings);
    const names = fastestEngines[settings.format];
    let lastError: PictureError | null = null;
    for (const name of names) {
      try {
        return this.engines[name].codec(settings);
      } catch (error) {
        if (!(error instanceof PictureError)) throw error;
        lastError = error;
        this.#complain(error.message);
      }
    }
    throw lastError!;
  }

  close(): void {
    for (const engine of Object.values(this.engines)) engine.close();
  }

  #complain(message: string): void {
    if (this.#complaints.has(message)) return;
    this.#complaints.add(message);
    this.warn(message);
  }
}
