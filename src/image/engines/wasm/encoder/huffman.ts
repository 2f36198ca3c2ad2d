/** Huffman codes and the bits of a strip (ITU-T T.81, annexes C and F.1.2). */
import { columnOrder } from "./quantization.ts";
import {
  chrominanceAcCodes,
  chrominanceDcCodes,
  luminanceAcCodes,
  luminanceDcCodes,
  zigzag,
} from "./tables.ts";

/** The codes of one kind of component: a word for each DC symbol, then one for each AC symbol. */
export const luminanceCodes: usize = memory.data((16 + 256) * 4, 4);
export const chrominanceCodes: usize = memory.data((16 + 256) * 4, 4);
const acAt: usize = 16 * 4;
const endOfBlock: usize = 0x00;
const sixteenZeros: usize = 0xf0;

makeCodes(luminanceDcCodes, luminanceCodes);
makeCodes(luminanceAcCodes, luminanceCodes + acAt);
makeCodes(chrominanceDcCodes, chrominanceCodes);
makeCodes(chrominanceAcCodes, chrominanceCodes + acAt);

/** Where in a block the coefficient is that is the k-th in the file. */
const places: usize = memory.data(64);
for (let k = 0; k < 64; k++) {
  const place = load<u8>(zigzag + k);
  store<u8>(places + k, (place & ~7) | load<u8>(columnOrder + (place & 7)));
}

/**
 * Makes words for the symbols of a DHT segment. The lower half of a symbol is the number of bits
 * that follow its code, so a word is: code << (number + 5) | bits of both together.
 */
function makeCodes(segment: usize, words: usize): void {
  const lengths = segment + 4;
  let symbols = segment + 21;
  let code: u32 = 0;
  for (let bits: u32 = 1; bits <= 16; bits++) {
    for (let count = load<u8>(lengths + bits); count > 0; count--) {
      const symbol: u32 = load<u8>(symbols++);
      const following = symbol & 15;
      store<u32>(words + symbol * 4, (code << (following + 5)) | (bits + following));
      code++;
    }
    code <<= 1;
  }
}

/** Bytes of a block at most: 22 bits for the first coefficient, 26 for each of the others. */
export const blockBytesMax: usize = (22 + 63 * 26 + 7) / 8;

/**
 * Bits are first put together in 64-bit words in the processor's own byte order, the first bit in
 * the highest place. This is the address of the next bit: eight times that of a byte.
 */
let bitsEnd: usize = 0;

/** Begins at that address. */
export function beginBits(words: usize): void {
  store<u64>(words, 0);
  bitsEnd = words * 8;
}

/**
 * The coefficients are those of `transformBlock`; of the first, only the difference to the last
 * block is given.
 */
export function putBlock(difference: i32, coefficients: usize, presence: u64, codes: usize): void {
  store<i16>(coefficients, <i16>difference);
  const acCodes = codes + acAt;
  let end = bitsEnd;
  let next = 0;
  presence |= 1;
  do {
    const index = <i32>ctz(presence);
    presence &= presence - 1;
    let run = index - next;
    next = index + 1;
    for (; run > 15; run -= 16) end = putBits(end, load<u32>(acCodes + sixteenZeros * 4), 0);
    const value = <i32>load<i16>(coefficients + <usize>load<u8>(places + index) * 2);
    const sign = value >> 31;
    const magnitude = (value ^ sign) - sign;
    const bits = 32 - clz(magnitude);
    // Of a negative number the bits are inverted.
    const following = magnitude ^ (sign & ((1 << bits) - 1));
    end = putBits(end, load<u32>(codes + <usize>((run << 4) | bits) * 4), following);
    codes = acCodes;
  } while (presence != 0);
  if (next < 64) end = putBits(end, load<u32>(acCodes + endOfBlock * 4), 0);
  bitsEnd = end;
}

/**
 * Puts a code and the bits that follow it; returns the new end. The word behind the end may hold
 * anything.
 */
function putBits(end: usize, code: u32, following: u32): usize {
  const count = code & 31;
  const bits = (<u64>((code >> 5) | following)) << (64 - count);
  const used = end & 63;
  const word = (end >> 6) << 3;
  store<u64>(word, load<u64>(word) | (bits >> used));
  store<u64>(word + 8, (bits << (63 - used)) << 1);
  return end + count;
}

/**
 * Fills the last byte with ones and copies all bytes in their order to `output`, with a 0 behind
 * each 0xff. Returns the end.
 */
export function endBits(words: usize, output: usize): usize {
  const byteCount = (putBits(bitsEnd, (0x7f << 5) | 7, 0) >> 3) - words;
  let done: usize = 0;
  for (; done + 16 <= byteCount; done += 16) {
    const bytes = bytesOf(words + done);
    if (i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(-1))) != 0) {
      output = stuffBytes(bytes, 16, output);
    } else {
      v128.store(output, bytes);
      output += 16;
    }
  }
  return stuffBytes(bytesOf(words + done), byteCount - done, output);
}

function bytesOf(words: usize): v128 {
  const two = v128.load(words);
  return i8x16.shuffle(two, two, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
}

const stuffed: usize = memory.data(16, 16);

function stuffBytes(bytes: v128, count: usize, output: usize): usize {
  v128.store(stuffed, bytes);
  for (let i: usize = 0; i < count; i++) {
    const byte = load<u8>(stuffed + i);
    store<u8>(output++, byte);
    if (byte == 0xff) store<u8>(output++, 0);
  }
  return output;
}
