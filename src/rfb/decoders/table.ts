import type { BufferPool } from "../../bytes/buffer-pool.ts";
import { Encoding } from "../encodings.ts";
import { CopyRectDecoder } from "./copy-rect.ts";
import type { Decoder } from "./decoder.ts";
import { HextileDecoder } from "./hextile.ts";
import { RawDecoder } from "./raw.ts";
import { RreDecoder } from "./rre.ts";
import { TightDecoder } from "./tight.ts";
import { ZlibDecoder } from "./zlib.ts";
import { ZrleDecoder } from "./zrle.ts";

/**
 * The decoders of one connection, by encoding number. Who asked for them closes each. `pool`: lends
 * memory for rectangles that wait to be painted.
 */
export function createDecoders(pool: BufferPool): ReadonlyMap<number, Decoder<unknown>> {
  return new Map<number, Decoder<unknown>>([
    [Encoding.Raw, new RawDecoder(pool)],
    [Encoding.CopyRect, new CopyRectDecoder()],
    [Encoding.Rre, new RreDecoder("RRE", 2)],
    [Encoding.CoRre, new RreDecoder("CoRRE", 1)],
    [Encoding.Hextile, new HextileDecoder()],
    [Encoding.Zlib, new ZlibDecoder()],
    [Encoding.Tight, new TightDecoder()],
    [Encoding.Zrle, new ZrleDecoder()],
  ]);
}
