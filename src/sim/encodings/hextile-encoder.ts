import { ByteWriter } from "../../bytes/byte-writer.ts";
import type { Rect } from "../../rfb/rect.ts";
import { encodePixels, type SimPixelFormat } from "./sim-pixel-format.ts";
import { tilesOf } from "./tiles.ts";

const rawTile = 1;
const backgroundSpecified = 2;

/** Hextile (RFC 6143 section 7.7.4) with tiles of one colour and raw ones only. */
export function encodeHextile(rect: Rect, pixels: Uint32Array, format: SimPixelFormat): Uint8Array {
  const writer = new ByteWriter();
  for (const tile of tilesOf(rect, pixels, 16)) {
    const oneColour = tile.pixels.every((pixel) => pixel === tile.pixels[0]);
    writer.u8(oneColour ? backgroundSpecified : rawTile);
    writer.bytes(encodePixels(oneColour ? tile.pixels.subarray(0, 1) : tile.pixels, format));
  }
  return writer.finish();
}
