import { DeflateStream } from "./deflate-stream.ts";
import { blue, coloursOf, green, type Picture, red } from "./picture.ts";

export type TightFilterName = "copy" | "explicitCopy" | "palette" | "gradient";

/** The four zlib streams of a connection. */
export class TightEncoder {
  readonly #streams = [0, 1, 2, 3].map(() => new DeflateStream());
  #resets = 0;

  /** The next rectangle begins these streams (bits 0-3) anew. */
  reset(streams: number): void {
    for (let index = 0; index < 4; index++) {
      if (streams & (1 << index)) this.#streams[index] = new DeflateStream();
    }
    this.#resets |= streams;
  }

  fill(picture: Picture): Uint8Array {
    return Uint8Array.from([this.#control(8), ...tpixel(picture.pixels[0])]);
  }

  jpeg(jpeg: Uint8Array): Uint8Array {
    return Buffer.concat([Uint8Array.of(this.#control(9)), compactLength(jpeg.length), jpeg]);
  }

  async basic(picture: Picture, stream: number, filter: TightFilterName): Promise<Uint8Array> {
    const control = this.#control(stream + (filter === "copy" ? 0 : 4));
    const { header, filtered } = applyFilter(picture, filter);
    const start = Uint8Array.from([control, ...header]);
    if (filtered.length < 12) return Buffer.concat([start, filtered]);
    const compressed = await this.#streams[stream].deflate(filtered);
    return Buffer.concat([start, compactLength(compressed.length), compressed]);
  }

  #control(type: number): number {
    const control = type * 16 + this.#resets;
    this.#resets = 0;
    return control;
  }
}

/** 7, 7 and 8 bits, the lowest first. */
export function compactLength(length: number): Uint8Array {
  if (length < 128) return Uint8Array.of(length);
  if (length < 16384) return Uint8Array.of(128 + (length % 128), Math.floor(length / 128));
  return Uint8Array.of(
    128 + (length % 128),
    128 + (Math.floor(length / 128) % 128),
    Math.floor(length / 16384),
  );
}

function tpixel(pixel: number): number[] {
  return [red(pixel), green(pixel), blue(pixel)];
}

function applyFilter(
  picture: Picture,
  filter: TightFilterName,
): { header: number[]; filtered: Uint8Array } {
  switch (filter) {
    case "copy":
      return { header: [], filtered: Uint8Array.from([...picture.pixels].flatMap(tpixel)) };
    case "explicitCopy":
      return { header: [0], filtered: Uint8Array.from([...picture.pixels].flatMap(tpixel)) };
    case "palette":
      return applyPalette(picture);
    case "gradient":
      return { header: [2], filtered: Uint8Array.from(differences(picture)) };
  }
}

function applyPalette(picture: Picture): { header: number[]; filtered: Uint8Array } {
  const palette = coloursOf(picture);
  if (palette.length === 1) palette.push(0x123456);
  const index = new Map(palette.map((pixel, i) => [pixel, i]));
  const header = [1, palette.length - 1, ...palette.flatMap(tpixel)];
  const indices = [...picture.pixels].map((pixel) => index.get(pixel) ?? 0);
  if (palette.length > 2) return { header, filtered: Uint8Array.from(indices) };
  const bytes: number[] = [];
  for (let y = 0; y < picture.height; y++) {
    const row = indices.slice(y * picture.width, (y + 1) * picture.width).join("");
    for (let at = 0; at < row.length; at += 8) {
      bytes.push(Number.parseInt(row.slice(at, at + 8).padEnd(8, "0"), 2));
    }
  }
  return { header, filtered: Uint8Array.from(bytes) };
}

function differences({ width, height, pixels }: Picture): number[] {
  const bytes: number[] = [];
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : pixels[y * width + x]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const part of [red, green, blue]) {
        const guess = part(at(x - 1, y)) + part(at(x, y - 1)) - part(at(x - 1, y - 1));
        bytes.push((part(at(x, y)) - Math.min(255, Math.max(0, guess))) & 255);
      }
    }
  }
  return bytes;
}
