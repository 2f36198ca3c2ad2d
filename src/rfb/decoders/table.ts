import { Encoding } from "../encodings.ts";
import { CopyRectDecoder } from "./copy-rect.ts";
import type { Decoder } from "./decoder.ts";
import { HextileDecoder } from "./hextile.ts";
import { RawDecoder } from "./raw.ts";
import { RreDecoder } from "./rre.ts";
import { type DecodeJpeg, TightDecoder } from "./tight.ts";
import { ZlibDecoder } from "./zlib.ts";
import { ZrleDecoder } from "./zrle.ts";

export interface DecoderOptions {
  /** For the JPEG rectangles of Tight. */
  readonly decodeJpeg: DecodeJpeg;
}

/** The decoders of one connection, by encoding number. Who asked for them closes each. */
export function createDecoders({
  decodeJpeg,
}: DecoderOptions): ReadonlyMap<number, Decoder<unknown>> {
  return new Map<number, Decoder<unknown>>([
    [Encoding.Raw, new RawDecoder()],
    [Encoding.CopyRect, new CopyRectDecoder()],
    [Encoding.Rre, new RreDecoder("RRE", 2)],
    [Encoding.CoRre, new RreDecoder("CoRRE", 1)],
    [Encoding.Hextile, new HextileDecoder()],
    [Encoding.Zlib, new ZlibDecoder()],
    [Encoding.Tight, new TightDecoder(decodeJpeg)],
    [Encoding.Zrle, new ZrleDecoder()],
  ]);
}
