/**
 * Tight (encoding 7, rfbproto). The first byte of a rectangle:
 *
 *     bits 0-3  reset zlib stream 0-3 before anything else
 *     bits 4-7  8   fill: one TPIXEL
 *               9   JPEG, for clients that have asked for a quality; we never do
 *               0-7 basic: bits 4-5 the number of a zlib stream, bit 6 "a filter byte
 *                   follows", then filter 0 copy, 1 palette (u8 colours - 1, TPIXELs), 2 gradient;
 *                   then the filtered pixels: under 12 bytes as they are, else length, zlib data
 *
 * A length is 1 to 3 bytes of 7, 7 and 8 bits, the lowest first; the top bit of the first two says
 * that more follow. The four zlib streams last as long as the connection, or until they are reset.
 */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { fillBlock } from "./fill-block.ts";
import { decodeTightPixel } from "./pixel.ts";
import { checkDeflatedBytes } from "./read-rect-bytes.ts";
import { rowsPerBand } from "./row-bands.ts";
import { RowInflater } from "./row-inflater.ts";
import { copyFilter, gradientFilter, paletteFilter, type TightFilter } from "./tight-filters.ts";

/** Filtered pixels of fewer bytes are not compressed. */
const compressedBytesMin = 12;

type TightForm =
  | { readonly kind: "fill"; readonly pixel: number }
  | { readonly kind: "plain"; readonly filter: TightFilter; readonly filtered: Uint8Array }
  | {
      readonly kind: "zlib";
      readonly filter: TightFilter;
      readonly stream: number;
      readonly compressed: Uint8Array;
    };

export interface TightPayload {
  /** The low four bits of the first byte. */
  readonly resets: number;
  readonly form: TightForm;
}

export class TightDecoder implements Decoder<TightPayload> {
  readonly #streams: (RowInflater | null)[] = [null, null, null, null];

  async readRect(stream: ByteReader, rect: Rect, room: ByteRoom): Promise<TightPayload> {
    const control = stream.takeByte() ?? (await stream.readByte());
    return { resets: control & 15, form: await this.#readForm(stream, control >> 4, rect, room) };
  }

  *decodeRect(
    { resets, form }: TightPayload,
    rect: Rect,
    framebuffer: Framebuffer,
  ): Generator<void, void> {
    for (let index = 0; index < 4; index++) {
      if (resets & (1 << index)) this.#streams[index]?.reset();
    }
    const { pixels, width: stride } = framebuffer;
    switch (form.kind) {
      case "fill":
        for (const { y, height } of bandsOf(rect)) {
          fillBlock(pixels, y * stride + rect.x, stride, rect.width, height, form.pixel);
          yield;
        }
        return;
      case "plain":
        form.filter.paintRows(form.filtered, rect, 0, rect.height, framebuffer);
        yield;
        return;
      case "zlib": {
        const rows = (this.#streams[form.stream] ??= new RowInflater("Tight rectangle"));
        const rowBytes = form.filter.rowBytes(rect.width);
        yield* rows.inflate(form.compressed, rect, rowBytes, (bytes, row, rowCount) =>
          form.filter.paintRows(bytes, rect, row, rowCount, framebuffer),
        );
      }
    }
  }

  close(): void {
    for (const stream of this.#streams) stream?.close();
  }

  async #readForm(
    stream: ByteReader,
    type: number,
    rect: Rect,
    room: ByteRoom,
  ): Promise<TightForm> {
    if (type === 8) {
      const bytes = stream.take(3) ?? (await stream.read(3));
      return { kind: "fill", pixel: decodeTightPixel(bytes, 0) };
    }
    if (type === 9) {
      throw new ProtocolError("Cannot read Tight rectangle: JPEG was not asked for");
    }
    if (type > 9) {
      throw new ProtocolError(
        `Cannot read Tight rectangle: type ${type}, wanted 0-7 (basic) or 8 (fill)`,
      );
    }
    const filter = type & 4 ? await readFilter(stream) : copyFilter;
    const filteredBytes = filter.rowBytes(rect.width) * rect.height;
    if (filteredBytes < compressedBytesMin) {
      const filtered = stream.take(filteredBytes) ?? (await stream.read(filteredBytes));
      return { kind: "plain", filter, filtered };
    }
    const count = await readCompactLength(stream);
    checkDeflatedBytes(count, "Tight", filteredBytes);
    room.take(count);
    const compressed = stream.take(count) ?? (await stream.read(count));
    return { kind: "zlib", filter, stream: type & 3, compressed };
  }
}

async function readFilter(stream: ByteReader): Promise<TightFilter> {
  const id = stream.takeByte() ?? (await stream.readByte());
  if (id === 0) return copyFilter;
  if (id === 1) return paletteFilter(await readPalette(stream));
  if (id === 2) return gradientFilter;
  throw new ProtocolError(
    `Cannot read Tight rectangle: filter ${id}, wanted 0 (copy), 1 (palette) or 2 (gradient)`,
  );
}

async function readPalette(stream: ByteReader): Promise<Uint32Array> {
  const last = stream.takeByte() ?? (await stream.readByte());
  if (last === 0) {
    throw new ProtocolError("Cannot read Tight palette: 1 colour, wanted 2-256");
  }
  const bytes = stream.take(3 * (last + 1)) ?? (await stream.read(3 * (last + 1)));
  return Uint32Array.from({ length: last + 1 }, (_, index) => decodeTightPixel(bytes, 3 * index));
}

/** A length of at most 22 bits, so below 4 MiB. */
async function readCompactLength(stream: ByteReader): Promise<number> {
  let length = 0;
  for (let shift = 0; shift <= 14; shift += 7) {
    const byte = stream.takeByte() ?? (await stream.readByte());
    if (shift === 14) length |= byte << 14;
    else length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return length;
}

function* bandsOf(rect: Rect): Generator<Rect> {
  const bandRows = rowsPerBand(rect.width);
  for (let row = 0; row < rect.height; row += bandRows) {
    yield { ...rect, y: rect.y + row, height: Math.min(bandRows, rect.height - row) };
  }
}
