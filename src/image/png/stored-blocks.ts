/** Bytes of one block, whose length has 16 bits. */
const blockBytesMax = 0xffff;

/**
 * Deflate without compression (RFC 1951, 3.2.4): stored blocks, none of them final. zlib's level 0
 * would cut them by the memory that it happens to have, so that equal bytes would not give equal
 * bytes.
 *
 *     0 u8 | length u16, little endian | its complement u16 | bytes
 */
export function encodeStoredBlocks(bytes: Uint8Array): Uint8Array {
  const blockCount = Math.ceil(bytes.length / blockBytesMax);
  const stored = new Uint8Array(bytes.length + 5 * blockCount);
  const view = new DataView(stored.buffer);
  for (let start = 0, out = 0; start < bytes.length; start += blockBytesMax) {
    const block = bytes.subarray(start, start + blockBytesMax);
    view.setUint16(out + 1, block.length, true);
    view.setUint16(out + 3, ~block.length, true);
    stored.set(block, out + 5);
    out += 5 + block.length;
  }
  return stored;
}
