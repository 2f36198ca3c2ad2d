/**
 * Encodes strips of a baseline JPEG file (ITU-T T.81): 1 to 16 rows of pixels, which are one row of
 * groups of 16x16 (MCU), with Cb and Cr at half the resolution. A strip needs to know nothing of
 * the others, so they can stand one behind the other in a file with a restart interval of one
 * strip. The bytes are those that libjpeg writes.
 *
 * This folder is AssemblyScript, TypeScript with the types of WebAssembly, which
 * `npm run build-wasm` compiles. Memory holds what the compiler lays out; from `pixels` on, a
 * strip; the bits of its code; from `output` on, its bytes.
 */
import {
  cbSamples,
  chromaRowBytes,
  convertGroup,
  crSamples,
  yRowBytes,
  ySamples,
} from "./colour.ts";
import { transformBlock } from "./dct.ts";
import { headBytes, putHead } from "./head.ts";
import {
  beginBits,
  blockBytesMax,
  chrominanceCodes,
  endBits,
  luminanceCodes,
  putBlock,
} from "./huffman.ts";
import { chrominanceFactors, luminanceFactors, setQuality } from "./quantization.ts";

const groupSide = 16;
const groupRowBytes: usize = 64;
const blocksPerGroup: usize = 6;

/** Where the pixels of a strip are expected: 0x??RRGGBB, row by row. */
export const pixels: usize = (__heap_base + 15) & ~15;
/** Where the bytes are that the functions below return the number of. */
export let output: usize = 0;
let bits: usize = 0;
let widthMax: i32 = 0;

/** Makes room for strips of a width. Memory may grow. */
export function reserve(width: i32): void {
  if (width <= widthMax) return;
  widthMax = width;
  const groups = <usize>((width + groupSide - 1) / groupSide);
  const codeBytesMax = groups * blocksPerGroup * blockBytesMax;
  bits = pixels + groups * groupSide * groupRowBytes;
  output = (bits + codeBytesMax + 2 * 8 + 7) & ~7;
  // Each byte may be a 0xff; the marker comes behind them.
  const end = output + max(codeBytesMax * 2 + 2, headBytes);
  const missing = <i32>((end + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
}

/** Encodes the head of a file, up to its first strip. */
export function encodeHead(width: i32, height: i32, quality: i32): usize {
  reserve(width);
  setQuality(quality);
  return putHead(width, height, (width + groupSide - 1) / groupSide, output) - output;
}

/**
 * Encodes the strip at `pixels`. Behind it comes a marker, of which `marker` is the second byte.
 */
export function encodeStrip(width: i32, rows: i32, quality: i32, marker: i32): usize {
  reserve(width);
  setQuality(quality);
  beginBits(bits);
  yBefore = cbBefore = crBefore = 0;
  const rowBytes = <usize>width * 4;
  let x = 0;
  for (; x + groupSide <= width; x += groupSide) {
    encodeGroup(pixels + <usize>x * 4, rowBytes, groupSide, rows);
  }
  if (x < width) {
    copyEdge(pixels + <usize>x * 4, rowBytes, width - x, rows);
    encodeGroup(edge, groupRowBytes, width - x, rows);
  }
  const end = endBits(bits, output);
  store<u8>(end, 0xff);
  store<u8>(end + 1, <u8>marker);
  return end + 2 - output;
}

/** The last group of a strip where the width is no multiple of 16. */
const edge: usize = memory.data(16 * 64, 16);

/** Repeats the last pixel of each row. */
function copyEdge(from: usize, rowBytes: usize, columns: i32, rows: i32): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    for (let column = 0; column < groupSide; column++) {
      const pixel = load<u32>(from + row * rowBytes + <usize>min(column, columns - 1) * 4);
      store<u32>(edge + row * groupRowBytes + <usize>column * 4, pixel);
    }
  }
}

const coefficients: usize = memory.data(64 * 2, 16);
/** The first coefficients of the last blocks. */
let yBefore: i32 = 0;
let cbBefore: i32 = 0;
let crBefore: i32 = 0;

/** Encodes a group of which so many columns and rows exist. */
function encodeGroup(group: usize, rowBytes: usize, columns: i32, rows: i32): void {
  const isFlat = isFlatGroup(group, rowBytes, rows);
  convertGroup(group, rowBytes, isFlat ? 1 : rows);
  for (let y = 0; y < groupSide; y += 8) {
    for (let x = 0; x < groupSide; x += 8) {
      if (x < columns && y < rows) {
        const samples = ySamples + <usize>y * yRowBytes + <usize>x * 2;
        yBefore = encodeBlock(samples, yRowBytes, luminanceFactors, luminanceCodes, yBefore);
      } else {
        // A block outside of the picture costs least if it is like the last one.
        putBlock(0, coefficients, 0, luminanceCodes);
      }
    }
  }
  cbBefore = encodeChroma(cbSamples, cbBefore);
  crBefore = encodeChroma(crSamples, crBefore);
}

function encodeChroma(samples: usize, before: i32): i32 {
  return encodeBlock(samples, chromaRowBytes, chrominanceFactors, chrominanceCodes, before);
}

/** Returns the block's first coefficient. */
function encodeBlock(
  samples: usize,
  rowBytes: usize,
  factors: usize,
  codes: usize,
  before: i32,
): i32 {
  const presence = transformBlock(samples, rowBytes, factors, coefficients);
  const first = <i32>load<i16>(coefficients);
  putBlock(first - before, coefficients, presence, codes);
  return first;
}

/** Whether the group has one colour only, as much of a desktop has. */
function isFlatGroup(group: usize, rowBytes: usize, rows: i32): bool {
  const first = v128.load32_splat(group);
  const colour = i32x4.splat(0xffffff);
  for (let row = 0; row < rows; row++) {
    const left = v128.or(v128.xor(v128.load(group), first), v128.xor(v128.load(group + 16), first));
    const right = v128.or(
      v128.xor(v128.load(group + 32), first),
      v128.xor(v128.load(group + 48), first),
    );
    if (v128.any_true(v128.and(v128.or(left, right), colour))) return false;
    group += rowBytes;
  }
  return true;
}
