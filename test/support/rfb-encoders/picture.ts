/** Pictures for the encoders: made from a seed, so that a failure can be repeated. */

/** Pixels are 0x00RRGGBB, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

export type Random = (below: number) => number;

/** Whole numbers from 0 to `below` - 1 (xorshift, 32 bits). */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

export function solidPicture(width: number, height: number, pixel: number): Picture {
  return { width, height, pixels: new Uint32Array(width * height).fill(pixel) };
}

/** Every pixel is one of `colours` random colours; without `colours`, of very many. */
export function noisePicture(
  random: Random,
  width: number,
  height: number,
  colours = width * height,
): Picture {
  const palette = Array.from({ length: colours }, () => random(0x1000000));
  const pixels = Uint32Array.from({ length: width * height }, () => palette[random(colours)]);
  return { width, height, pixels };
}

/** Random boxes on a ground: long runs, few colours, like a desktop. */
export function boxesPicture(
  random: Random,
  width: number,
  height: number,
  boxes: number,
): Picture {
  const picture = solidPicture(width, height, random(0x1000000));
  for (let i = 0; i < boxes; i++) {
    const pixel = random(0x1000000);
    const left = random(width);
    const top = random(height);
    const right = left + 1 + random(width - left);
    const bottom = top + 1 + random(height - top);
    for (let y = top; y < bottom; y++)
      picture.pixels.fill(pixel, y * width + left, y * width + right);
  }
  return picture;
}

/** Smooth colours with a little noise, like a photograph. */
export function photoPicture(random: Random, width: number, height: number): Picture {
  const pixels = Uint32Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = Math.floor(index / width);
    const red = (x * 3 + random(8)) & 255;
    const green = (y * 2 + x + random(8)) & 255;
    const blue = (x + y + random(16)) & 255;
    return (red << 16) | (green << 8) | blue;
  });
  return { width, height, pixels };
}

/** A part of the picture; a smaller one where it ends before. */
export function crop(
  picture: Picture,
  x: number,
  y: number,
  sideX: number,
  sideY: number = sideX,
): Picture {
  const width = Math.min(sideX, picture.width - x);
  const height = Math.min(sideY, picture.height - y);
  const pixels = Uint32Array.from({ length: width * height }, (_, index) => {
    const row = y + Math.floor(index / width);
    return picture.pixels[row * picture.width + x + (index % width)];
  });
  return { width, height, pixels };
}

/** The picture cut into tiles, row by row of tiles. */
export function tilesOf(picture: Picture, side: number): Picture[] {
  const tiles: Picture[] = [];
  for (let y = 0; y < picture.height; y += side) {
    for (let x = 0; x < picture.width; x += side) tiles.push(crop(picture, x, y, side));
  }
  return tiles;
}

/** The colours of the picture, the commonest first. */
export function coloursOf(picture: Picture): number[] {
  const counts = new Map<number, number>();
  for (const pixel of picture.pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([pixel]) => pixel);
}

export function blue(pixel: number): number {
  return pixel & 255;
}

export function green(pixel: number): number {
  return (pixel >> 8) & 255;
}

export function red(pixel: number): number {
  return (pixel >> 16) & 255;
}

/** B, G, R, and a byte that means nothing. */
export function pixelBytes(pixel: number): number[] {
  return [blue(pixel), green(pixel), red(pixel), 0xee];
}
