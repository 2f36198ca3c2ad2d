import { type DeflateStream, withLength } from "./deflate-stream.ts";
import type { Picture } from "./picture.ts";
import { encodeRaw } from "./raw.ts";

export async function encodeZlib(picture: Picture, stream: DeflateStream): Promise<Uint8Array> {
  return withLength(await stream.deflate(encodeRaw(picture)));
}
