import type { Codec } from "../../strips/codec.ts";
import type { Engine } from "../engine.ts";
import { imagescriptAddon } from "./imagescript-addon.ts";
import { encodeImagescriptJpeg } from "./imagescript-jpeg.ts";
import { imagescriptPngCodec } from "./imagescript-png-codec.ts";
import { ImagescriptPngWorker } from "./imagescript-png-worker.ts";
import { jpegCodec } from "../../jpeg/jpeg-codec.ts";

/** imagescript: its native addon for JPEG, its JavaScript encoder for PNG. */
export function openImagescriptEngine(stripPng: Codec): Engine {
  const worker = new ImagescriptPngWorker();
  const png = imagescriptPngCodec(worker);
  const jpeg = jpegCodec((strip, quality) =>
    encodeImagescriptJpeg(imagescriptAddon(), strip, quality),
  );
  return {
    codec({ format, level }) {
      if (format === "png") {
        // What is not compressed needs no compressor, and imagescript's own is broken there: at
        // level 0 it overwrites a pixel behind every 64 KB and marks no final block.
        return level === 1 ? stripPng : png;
      }
      imagescriptAddon();
      return jpeg;
    },
    close: () => worker.close(),
  };
}
