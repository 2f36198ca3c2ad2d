import type { ThreadedCodec } from "../../strips/codec.ts";
import type { ImagescriptPngWorker } from "./imagescript-png-worker.ts";

const nothing = new Uint8Array(0);

/** PNG by imagescript, which encodes whole pictures only. */
export function imagescriptPngCodec(worker: ImagescriptPngWorker): ThreadedCodec {
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
