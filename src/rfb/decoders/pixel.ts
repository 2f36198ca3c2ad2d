/**
 * The pixel at `offset` of a PIXEL (B, G, R, unused) or of ZRLE's CPIXEL (B, G, R), as 0x00RRGGBB.
 */
export function decodePixel(bytes: Uint8Array, offset: number): number {
  return bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16);
}

/** The pixel at `offset` of Tight's TPIXEL (R, G, B), as 0x00RRGGBB. */
export function decodeTightPixel(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 16) | (bytes[offset + 1] << 8) | bytes[offset + 2];
}
