import { encodeBunJpeg } from "./bun-jpeg.ts";
import type { Codec } from "../../strips/codec.ts";
import type { Engine } from "../engine.ts";
import { jpegCodec } from "../../jpeg/jpeg-codec.ts";

/** What Bun has built in: `Bun.Image` for JPEG, zlib for PNG. */
export function openBunEngine(stripPng: Codec): Engine {
  const jpeg = jpegCodec(encodeBunJpeg);
  return {
    codec: ({ format }) => (format === "jpeg" ? jpeg : stripPng),
    close() {},
  };
}
