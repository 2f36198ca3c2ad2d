import { readFileSync } from "node:fs";
import type { Codec, DirectCodec } from "../../strips/codec.ts";
import type { Engine } from "../engine.ts";
import { endMarker, jpegStripRows } from "../../jpeg/jpeg-file.ts";
import { PictureError } from "../../picture-error.ts";
import { JpegEncoder } from "./jpeg-encoder.ts";

const nothing = new Uint8Array(0);

/** JPEG by our own encoder in WebAssembly, which starts with the first picture; PNG as by `bun`. */
export function openWasmEngine(stripPng: Codec): Engine {
  let jpeg: DirectCodec | PictureError | null = null;
  return {
    codec({ format }) {
      if (format === "png") return stripPng;
      jpeg ??= openJpegCodec();
      if (jpeg instanceof PictureError) throw jpeg;
      return jpeg;
    },
    close() {},
  };
}

function openJpegCodec(): DirectCodec | PictureError {
  try {
    if (!hasCompiler()) throw new Error("WebAssembly is interpreted");
    return wasmJpegCodec(new JpegEncoder());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const wanted = "WebAssembly with SIMD, and leave to make code at run time";
    const message = `Cannot use the JPEG encoder in WebAssembly: ${reason}; wanted ${wanted}`;
    return new PictureError("engine", message, { cause });
  }
}

/**
 * Without a compiler WebAssembly is interpreted, and `bun` is twenty times as fast. Linux can be
 * told to let no process make code at run time (systemd's MemoryDenyWriteExecute); then there is no
 * executable memory but that of files.
 */
function hasCompiler(): boolean {
  if (process.platform !== "linux") return true;
  const memory = readFileSync("/proc/self/maps", "utf8");
  // Addresses, rights, offset, device, inode, name.
  return /^\S+ r.xp \S+ 00:00 0 *(\[anon.*)?$/m.test(memory);
}

function wasmJpegCodec(encoder: JpegEncoder): DirectCodec {
  return {
    isThreaded: false,
    stripRows: jpegStripRows,
    encodeStrip(pixels, { index, isLast }, quality) {
      const body = [encoder.encodeStrip(pixels, quality, endMarker(index, isLast))];
      return { body, checksum: 0, header: nothing };
    },
    encodeHead: (size, quality) => encoder.encodeHead(size, quality),
    encodeTail: () => nothing,
  };
}
