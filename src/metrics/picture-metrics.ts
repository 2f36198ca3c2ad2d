import { Counter, Histogram, type Registry } from "prom-client";
import type { MadePicture, PictureObserver, PictureSource } from "../image/picture-observer.ts";
import type { PictureFormat } from "../image/picture-parameters.ts";

const encodeSecondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const formats: readonly PictureFormat[] = ["png", "jpeg"];
const sources: readonly PictureSource[] = ["cache", "shared", "made"];

/** The making of pictures. */
export class PictureMetrics implements PictureObserver {
  readonly #encodes: Histogram<"format">;
  readonly #bytes: Counter<"format">;
  readonly #wanted: Counter<"format" | "source">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#encodes = new Histogram({
      name: "veyon_webapi_picture_encode_duration_seconds",
      help: "Time from the start of an encode to the picture, with what was done in between",
      labelNames: ["format"],
      buckets: encodeSecondsBuckets,
      registers,
    });
    this.#bytes = new Counter({
      name: "veyon_webapi_picture_encoded_bytes_total",
      help: "Bytes of the pictures that were made",
      labelNames: ["format"],
      registers,
    });
    this.#wanted = new Counter({
      name: "veyon_webapi_pictures_total",
      help: "Pictures wanted: found in the cache, being made already (shared), or made for that",
      labelNames: ["format", "source"],
      registers,
    });
    for (const format of formats) {
      this.#encodes.zero({ format });
      this.#bytes.inc({ format }, 0);
      for (const source of sources) this.#wanted.inc({ format, source }, 0);
    }
  }

  onWanted(format: PictureFormat, source: PictureSource): void {
    this.#wanted.inc({ format, source });
  }

  onMade({ format, bytes, durationMs }: MadePicture): void {
    this.#encodes.observe({ format }, durationMs / 1000);
    this.#bytes.inc({ format }, bytes);
  }
}
