import { coloursOf, type Picture, pixelBytes } from "./picture.ts";

interface Subrect {
  x: number;
  y: number;
  width: number;
  height: number;
  pixel: number;
}

/**
 * Cuts whatever is not of the ground's colour into pieces: as wide as possible, then as high as
 * possible.
 */
export function subrectsOf(picture: Picture, background: number): Subrect[] {
  const { width, height } = picture;
  const done = new Set<number>();
  const subrects: Subrect[] = [];
  const wanted = (x: number, y: number, pixel: number) =>
    x < width && y < height && picture.pixels[y * width + x] === pixel && !done.has(y * width + x);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = picture.pixels[y * width + x];
      if (pixel === background || done.has(y * width + x)) continue;
      let wide = 1;
      while (wanted(x + wide, y, pixel)) wide++;
      let high = 1;
      const rowWanted = (row: number) =>
        Array.from({ length: wide }, (_, i) => i).every((i) => wanted(x + i, row, pixel));
      while (rowWanted(y + high)) high++;
      for (let row = y; row < y + high; row++) {
        for (let column = x; column < x + wide; column++) done.add(row * width + column);
      }
      subrects.push({ x, y, width: wide, height: high, pixel });
    }
  }
  return subrects;
}

const u16 = (value: number) => [value >> 8, value & 255];
const u8 = (value: number) => [value];

function encode(picture: Picture, coordinate: (value: number) => number[]): Uint8Array {
  const background = coloursOf(picture)[0] ?? 0;
  const subrects = subrectsOf(picture, background);
  const count = subrects.length;
  return Uint8Array.from([
    count >>> 24,
    (count >> 16) & 255,
    (count >> 8) & 255,
    count & 255,
    ...pixelBytes(background),
    ...subrects.flatMap((subrect) => [
      ...pixelBytes(subrect.pixel),
      ...[subrect.x, subrect.y, subrect.width, subrect.height].flatMap(coordinate),
    ]),
  ]);
}

export function encodeRre(picture: Picture): Uint8Array {
  return encode(picture, u16);
}

/** The picture must be no larger than 255x255. */
export function encodeCoRre(picture: Picture): Uint8Array {
  return encode(picture, u8);
}
