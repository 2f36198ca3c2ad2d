import type { Codec } from "../../strips/codec.ts";
import type { Engine } from "../engine.ts";
import { openImagescriptJpeg } from "./imagescript-jpeg.ts";
import { imagescriptPngCodec, openImagescriptPng } from "./imagescript-png.ts";
import { jpegCodec } from "../../jpeg/jpeg-codec.ts";

/**
 * imagescript: its encoder in WebAssembly for JPEG, its encoder in JavaScript for PNG, each on a
 * thread of its own, so that a strip of JPEG does not wait for a whole PNG.
 */
export function openImagescriptEngine(stripPng: Codec): Engine {
  const pngWorker = openImagescriptPng();
  const jpegWorker = openImagescriptJpeg();
  const png = imagescriptPngCodec(pngWorker);
  const jpeg = jpegCodec((strip, quality) => jpegWorker.encode(strip, quality));
  return {
    codec({ format, level }) {
      if (format === "jpeg") return jpeg;
      // What is not compressed needs no compressor, and imagescript's own is broken there: at
      // level 0 it overwrites a pixel behind every 64 KB and marks no final block.
      return level === 1 ? stripPng : png;
    },
    close() {
      pngWorker.close();
      jpegWorker.close();
    },
  };
}
