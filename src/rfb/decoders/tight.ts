/**
 * Tight (encoding 7, rfbproto). The first byte of a rectangle:
 *
 *     bits 0-3  reset zlib stream 0-3 before anything else
 *     bits 4-7  8   fill: one TPIXEL
 *               9   JPEG: length, JPEG
 *               0-7 basic: bits 4-5 the number of a zlib stream, bit 6 "a filter byte follows", then
 *                   filter 0 copy, 1 palette (u8 colours - 1, TPIXELs), 2 gradient;
 *                   then the filtered pixels: as they are if they are under 12 bytes, else length, zlib data
 *
 * A length is 1 to 3 bytes of 7, 7 and 8 bits, the lowest first; the top bit of the first two says that more follow.
 * The four zlib streams last as long as the connection, or until they are reset.
 */
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { InflateStream } from "../../bytes/inflate.ts";
import type { Framebuffer } from "../framebuffer.ts";
import { rfbLimits } from "../limits.ts";
import type { Rect } from "../rect.ts";
import type { Decoder } from "./decoder.ts";
import { fillBlock } from "./fill-block.ts";
import { inflateRows } from "./inflate-rows.ts";
import { decodeJpegSize } from "./jpeg-size.ts";
import { decodeTightPixel } from "./pixel.ts";
import { copyFilter, gradientFilter, paletteFilter, type TightFilter } from "./tight-filters.ts";

/** Filtered pixels of fewer bytes are not compressed. */
const compressedBytesMin = 12;

/** Pixels are 0x??RRGGBB, row by row. Rejects when the JPEG cannot be decoded. */
export type DecodeJpeg = (
  jpeg: Uint8Array,
) => Promise<{ readonly width: number; readonly height: number; readonly pixels: Uint32Array }>;

type TightForm =
  | { readonly kind: "fill"; readonly pixel: number }
  | { readonly kind: "jpeg"; readonly pixels: Uint32Array }
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
  readonly #streams: (InflateStream | null)[] = [null, null, null, null];

  constructor(private readonly decodeJpeg: DecodeJpeg) {}

  async readRect(stream: ByteStream, rect: Rect): Promise<TightPayload> {
    const [control] = stream.take(1) ?? (await stream.read(1));
    return { resets: control & 15, form: await this.#readForm(stream, control >> 4, rect) };
  }

  payloadBytes({ form }: TightPayload): number {
    switch (form.kind) {
      case "fill":
        return 4;
      case "jpeg":
        return form.pixels.byteLength;
      case "plain":
        return form.filtered.length;
      case "zlib":
        return form.compressed.length;
    }
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
        fillBlock(pixels, rect.y * stride + rect.x, stride, rect.width, rect.height, form.pixel);
        yield;
        return;
      case "jpeg":
        framebuffer.put(rect, form.pixels);
        yield;
        return;
      case "plain":
        form.filter.paintRows(form.filtered, rect, 0, rect.height, framebuffer);
        yield;
        return;
      case "zlib": {
        const inflate = (this.#streams[form.stream] ??= new InflateStream("Tight rectangle"));
        const rowBytes = form.filter.rowBytes(rect.width);
        yield* inflateRows(inflate, form.compressed, rect, rowBytes, (bytes, row, rowCount) =>
          form.filter.paintRows(bytes, rect, row, rowCount, framebuffer),
        );
      }
    }
  }

  close(): void {
    for (const stream of this.#streams) stream?.close();
  }

  async #readForm(stream: ByteStream, type: number, rect: Rect): Promise<TightForm> {
    if (type === 8) {
      const bytes = stream.take(3) ?? (await stream.read(3));
      return { kind: "fill", pixel: decodeTightPixel(bytes, 0) };
    }
    if (type === 9) return this.#readJpeg(stream, rect);
    if (type > 9) {
      throw new ProtocolError(
        `Cannot read Tight rectangle: type ${type}, wanted 0-7 (basic), 8 (fill) or 9 (JPEG)`,
      );
    }
    const filter = type & 4 ? await readFilter(stream) : copyFilter;
    const filteredBytes = filter.rowBytes(rect.width) * rect.height;
    if (filteredBytes < compressedBytesMin) {
      const filtered = stream.take(filteredBytes) ?? (await stream.read(filteredBytes));
      return { kind: "plain", filter, filtered };
    }
    return { kind: "zlib", filter, stream: type & 3, compressed: await readCompactBytes(stream) };
  }

  /** The JPEG is decoded here since that takes a promise. Its own size is looked at before anything is allocated. */
  async #readJpeg(stream: ByteStream, rect: Rect): Promise<TightForm> {
    const jpeg = await readCompactBytes(stream);
    try {
      const { width, height } = decodeJpegSize(jpeg);
      checkJpegSize(width, height, rect);
      const picture = await this.decodeJpeg(jpeg);
      checkJpegSize(picture.width, picture.height, rect);
      return { kind: "jpeg", pixels: picture.pixels };
    } catch (cause) {
      if (cause instanceof ProtocolError) throw cause;
      throw new ProtocolError(`Cannot decode Tight JPEG: ${String(cause)}`, { cause });
    }
  }
}

function checkJpegSize(width: number, height: number, rect: Rect): void {
  if (width !== rect.width || height !== rect.height) {
    throw new ProtocolError(
      `Cannot decode Tight JPEG: ${width}x${height} pixels, wanted ${rect.width}x${rect.height}`,
    );
  }
  if (width * height > rfbLimits.framePixelsMax) {
    throw new ProtocolError(
      `Cannot decode Tight JPEG: ${width}x${height} pixels, wanted at most ${rfbLimits.framePixelsMax} in all`,
    );
  }
}

async function readFilter(stream: ByteStream): Promise<TightFilter> {
  const [id] = stream.take(1) ?? (await stream.read(1));
  if (id === 0) return copyFilter;
  if (id === 1) return paletteFilter(await readPalette(stream));
  if (id === 2) return gradientFilter;
  throw new ProtocolError(
    `Cannot read Tight rectangle: filter ${id}, wanted 0 (copy), 1 (palette) or 2 (gradient)`,
  );
}

async function readPalette(stream: ByteStream): Promise<Uint32Array> {
  const [last] = stream.take(1) ?? (await stream.read(1));
  if (last === 0) {
    throw new ProtocolError("Cannot read Tight palette: 1 colour, wanted 2-256");
  }
  const bytes = stream.take(3 * (last + 1)) ?? (await stream.read(3 * (last + 1)));
  return Uint32Array.from({ length: last + 1 }, (_, index) => decodeTightPixel(bytes, 3 * index));
}

/** A length of at most 22 bits, so below 4 MiB, and as many bytes. */
async function readCompactBytes(stream: ByteStream): Promise<Uint8Array> {
  let length = 0;
  for (let shift = 0; shift <= 14; shift += 7) {
    const [byte] = stream.take(1) ?? (await stream.read(1));
    if (shift === 14) length |= byte << 14;
    else length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return stream.take(length) ?? (await stream.read(length));
}
