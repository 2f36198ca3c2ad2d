import imagescriptPng from "imagescript/png/node.js" with { type: "text" };
import type { ThreadedCodec } from "../../strips/codec.ts";
import { ImagescriptWorker } from "./imagescript-worker.ts";
import { headerWords } from "../../strips/pixel-strip.ts";

/** `level` is imagescript's, 1 to 9; the file is 8-bit RGB. */
const source = `function load(exports) {
${imagescriptPng}
return exports;
}
const png = load({});
function encode(words, width, height, level) {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = ${headerWords}, out = 0; i < words.length; i++, out += 3) {
    rgb[out] = words[i] >>> 16;
    rgb[out + 1] = words[i] >>> 8;
    rgb[out + 2] = words[i];
  }
  return png.encode(rgb, { width, height, channels: 3, level });
}`;

const nothing = new Uint8Array(0);

export function openImagescriptPng(): ImagescriptWorker {
  return new ImagescriptWorker("PNG", source);
}

/** PNG by imagescript, which encodes whole pictures only. */
export function imagescriptPngCodec(worker: ImagescriptWorker): ThreadedCodec {
  return {
    isThreaded: true,
    stripRows: Infinity,
    async encodeStrip(strip, _place, level) {
      return { body: [await worker.encode(strip, level)], checksum: 0, header: nothing };
    },
    encodeHead: () => nothing,
    encodeTail: () => nothing,
  };
}
