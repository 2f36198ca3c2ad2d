import { constants } from "node:zlib";
import type { BufferPool } from "../../bytes/buffer-pool.ts";
import type { ThreadedCodec } from "../strips/codec.ts";
import { Deflater } from "./deflater.ts";
import { combineAdlers, encodePngChunk, encodePngHead, encodePngTail } from "./png-file.ts";
import { pngRowsBytes, putPngRows } from "./png-rows.ts";
import { encodeStoredBlocks } from "./stored-blocks.ts";

const stripRows = 32;

/** The API's "no compression"; from 2 on its levels are zlib's. */
const levelStored = 1;
/**
 * Noise from which on a strip counts as a photo: looking for repetitions costs most of the time and
 * finds none.
 */
const photoNoise = 0.75;
/** zlib's own strategy for filtered pixels shows from this level on. */
const filteredLevelMin = 8;

const noHeader = new Uint8Array(0);

/** PNG in strips: scanlines and file are our own, zlib on its thread pool does the rest. */
export function openStripPngCodec(pool: BufferPool): ThreadedCodec {
  const deflater = new Deflater();
  return {
    isThreaded: true,
    stripRows,

    async encodeStrip(strip, _place, level) {
      const rowsBytes = pngRowsBytes(strip.width, strip.rows);
      const rows = new Uint8Array(pool.take(rowsBytes), 0, rowsBytes);
      const noise = putPngRows(strip, rows);
      // Now, while the rows are in the processor's cache.
      const checksum = Bun.hash.adler32(rows);
      const deflated =
        level === levelStored
          ? [encodeStoredBlocks(rows)]
          : await deflater.deflate(rows, { level, strategy: deflateStrategy(level, noise) });
      pool.give(rows.buffer);
      return { body: encodePngChunk("IDAT", deflated), checksum, header: noHeader };
    },

    encodeHead: (size) => encodePngHead(size),

    encodeTail: (size, checksums) => encodePngTail(combineAdlers(size, stripRows, checksums)),
  };
}

function deflateStrategy(level: number, noise: number): number {
  if (noise > photoNoise) return constants.Z_RLE;
  if (level >= filteredLevelMin && noise > 0) return constants.Z_FILTERED;
  return constants.Z_DEFAULT_STRATEGY;
}
