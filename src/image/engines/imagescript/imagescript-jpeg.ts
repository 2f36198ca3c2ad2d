import wasmPath from "imagescript/wasm/any/jpeg.wasm" with { type: "file" };
import { ImagescriptWorker } from "./imagescript-worker.ts";
import { headerWords } from "../../strips/pixel-strip.ts";

/**
 * JPEG by imagescript's encoder in WebAssembly, 4:4:4; the bytes are those of its native addon,
 * which we do not ship: libimagequant in it is under the GPL. The module encodes what `encode`
 * wants as R, G, B, unused, and frees it; `wlen` is the length of what it gives. `quality` is 1 to
 * 100. After a trap nothing of an instance can be relied upon.
 */
const source = `import { readFileSync } from "node:fs";
const module = new WebAssembly.Module(readFileSync(${JSON.stringify(wasmPath)}));
let wasm = null;
function encode(words, width, height, quality) {
  try {
    wasm ??= new WebAssembly.Instance(module).exports;
    const pixels = wasm.walloc(width * height * 4);
    const rgba = new Uint32Array(wasm.memory.buffer, pixels, width * height);
    for (let i = 0; i < rgba.length; i++) {
      const pixel = words[${headerWords} + i];
      rgba[i] = ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
    }
    const file = wasm.encode(pixels, width, height, quality);
    const length = wasm.wlen();
    const bytes = new Uint8Array(wasm.memory.buffer, file, length).slice();
    wasm.wfree(file, length);
    return bytes;
  } catch (error) {
    wasm = null;
    throw error;
  }
}`;

export function openImagescriptJpeg(): ImagescriptWorker {
  return new ImagescriptWorker("JPEG", source);
}
