import { type Picture, pixelBytes } from "./picture.ts";

export function encodeRaw(picture: Picture): Uint8Array {
  return Uint8Array.from([...picture.pixels].flatMap(pixelBytes));
}
