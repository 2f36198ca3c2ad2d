import { type DeflateStream, withLength } from "./deflate-stream.ts";
import { blue, coloursOf, green, type Picture, red, tilesOf } from "./picture.ts";

export type ZrleForm = "raw" | "solid" | "packed" | "runs" | "paletteRuns";

/** The forms in which the tile can be sent. */
export function formsOf(tile: Picture): ZrleForm[] {
  const colours = coloursOf(tile).length;
  const forms: ZrleForm[] = ["raw", "runs"];
  if (colours === 1) forms.push("solid");
  if (colours >= 2 && colours <= 16) forms.push("packed");
  if (colours >= 2 && colours <= 127) forms.push("paletteRuns");
  return forms;
}

/** What a tile is before compression. */
export function encodeZrleTile(tile: Picture, form: ZrleForm): number[] {
  const pixels = [...tile.pixels];
  const palette = coloursOf(tile);
  const paletteBytes = palette.flatMap(cpixel);
  const index = new Map(palette.map((pixel, i) => [pixel, i]));
  switch (form) {
    case "raw":
      return [0, ...pixels.flatMap(cpixel)];
    case "solid":
      return [1, ...cpixel(pixels[0])];
    case "packed":
      return [palette.length, ...paletteBytes, ...packRows(tile, index)];
    case "runs":
      return [128, ...runsOf(pixels).flatMap(([pixel, n]) => [...cpixel(pixel), ...runLength(n)])];
    case "paletteRuns":
      return [
        128 + palette.length,
        ...paletteBytes,
        ...runsOf(pixels).flatMap(([pixel, n]) => {
          const i = index.get(pixel) ?? 0;
          return n === 1 ? [i] : [128 + i, ...runLength(n)];
        }),
      ];
  }
}

/** `choose`: the form of a tile; without it the shortest. */
export async function encodeZrle(
  picture: Picture,
  stream: DeflateStream,
  choose?: (forms: ZrleForm[], tile: Picture) => ZrleForm,
): Promise<Uint8Array> {
  const tiles = tilesOf(picture, 64).map((tile) => {
    const forms = formsOf(tile);
    if (choose !== undefined) return Uint8Array.from(encodeZrleTile(tile, choose(forms, tile)));
    const all = forms.map((form) => Uint8Array.from(encodeZrleTile(tile, form)));
    return all.reduce((best, bytes) => (bytes.length < best.length ? bytes : best));
  });
  return withLength(await stream.deflate(Buffer.concat(tiles)));
}

function cpixel(pixel: number): number[] {
  return [blue(pixel), green(pixel), red(pixel)];
}

function runsOf(pixels: number[]): [pixel: number, length: number][] {
  const runs: [number, number][] = [];
  for (const pixel of pixels) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] === pixel) last[1]++;
    else runs.push([pixel, 1]);
  }
  return runs;
}

function runLength(length: number): number[] {
  const rest = length - 1;
  return [...Array<number>(Math.floor(rest / 255)).fill(255), rest % 255];
}

function packRows(tile: Picture, index: Map<number, number>): number[] {
  const bits = index.size <= 2 ? 1 : index.size <= 4 ? 2 : 4;
  const bytes: number[] = [];
  for (let y = 0; y < tile.height; y++) {
    let text = "";
    for (let x = 0; x < tile.width; x++) {
      const i = index.get(tile.pixels[y * tile.width + x]) ?? 0;
      text += i.toString(2).padStart(bits, "0");
    }
    for (let at = 0; at < text.length; at += 8) {
      bytes.push(Number.parseInt(text.slice(at, at + 8).padEnd(8, "0"), 2));
    }
  }
  return bytes;
}
