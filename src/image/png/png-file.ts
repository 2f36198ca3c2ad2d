/**
 * The PNG file around the compressed rows (PNG specification, sections 5 and 11): 8 bits, RGB, no
 * interlacing, and no chunk but the necessary ones, so that equal pixels give equal bytes.
 *
 *     signature  IHDR  IDAT (zlib header)  IDAT per strip  IDAT (final block, Adler-32)  IEND
 *
 * The IDAT chunks together hold one zlib stream (RFC 1950); a strip ends on a byte boundary and is
 * not final.
 */
import { crc32 } from "node:zlib";
import type { Size } from "../../rfb/size.ts";
import { pngRowsBytes } from "./png-rows.ts";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const zlibHeader = Uint8Array.of(0x78, 0x01);
/** A final block of fixed Huffman codes that holds nothing (RFC 1951, 3.2.6). */
const finalBlock = [0x03, 0x00] as const;
const colourTypeRgb = 2;
const adlerModulus = 65521;

export function encodePngHead(size: Size): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, size.width);
  view.setUint32(4, size.height);
  header[8] = 8;
  header[9] = colourTypeRgb;
  return Buffer.concat([
    signature,
    ...encodePngChunk("IHDR", [header]),
    ...encodePngChunk("IDAT", [zlibHeader]),
  ]);
}

/** `adler` is the Adler-32 of all rows. */
export function encodePngTail(adler: number): Uint8Array {
  const end = new Uint8Array(6);
  end.set(finalBlock);
  new DataView(end.buffer).setUint32(2, adler);
  return Buffer.concat([...encodePngChunk("IDAT", [end]), ...encodePngChunk("IEND", [])]);
}

/**
 *     length u32 | type, 4 letters | data | CRC-32 of type and data u32
 */
export function encodePngChunk(type: string, data: readonly Uint8Array[]): Uint8Array[] {
  const start = Buffer.alloc(8);
  start.writeUInt32BE(data.reduce((bytes, part) => bytes + part.length, 0));
  start.write(type, 4, "latin1");
  const end = Buffer.alloc(4);
  end.writeUInt32BE(data.reduce((crc, part) => crc32(part, crc), crc32(start.subarray(4))));
  return [start, ...data, end];
}

/** The Adler-32 (RFC 1950, section 9) of the rows of all strips from that of each. */
export function combineAdlers(size: Size, stripRows: number, adlers: Uint32Array): number {
  let low = 1;
  let high = 0;
  for (let strip = 0; strip < adlers.length; strip++) {
    const rows = Math.min(stripRows, size.height - strip * stripRows);
    const length = pngRowsBytes(size.width, rows) % adlerModulus;
    const adler = adlers[strip];
    high = (high + (adler >>> 16) + length * (low + adlerModulus - 1)) % adlerModulus;
    low = (low + (adler & 0xffff) + adlerModulus - 1) % adlerModulus;
  }
  return high * 0x10000 + low;
}
