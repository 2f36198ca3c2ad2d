import { convert, type Picture, pictureOfBytes } from "./picture.ts";

/**
 * Desktops of three kinds, the same in every run: "text" (windows full of antialiased text, few
 * colours), "photo" (soft gradients with noise, every pixel its own colour) and "mixed" (a page of
 * text with photos).
 */
export const desktopKinds = ["text", "mixed", "photo"] as const;
export type DesktopKind = (typeof desktopKinds)[number];

export async function desktopPicture(
  kind: DesktopKind,
  width: number,
  height: number,
): Promise<Picture> {
  if (kind === "photo") return photo(width, height);
  const drawing = kind === "text" ? textDesktop(width, height) : page(width, height);
  const args = [
    "-size",
    `${width}x${height}`,
    "xc:#2e5a88",
    "-draw",
    drawing,
    "-depth",
    "8",
    "bgra:-",
  ];
  const picture = pictureOfBytes(width, height, await convert(args));
  if (kind === "mixed") addPhotos(picture);
  return picture;
}

/** A document, a program and a terminal. */
function textDesktop(width: number, height: number): string {
  const half = Math.floor(width / 2);
  const words = wordsFrom(1);
  return [
    window(10, 10, half - 20, height - 60, "#ffffff", "#202020", 15, words),
    window(half + 5, 10, half - 15, Math.floor(height * 0.55), "#fdf6e3", "#394b54", 13, words),
    window(
      half + 5,
      Math.floor(height * 0.55) + 20,
      half - 15,
      height,
      "#1b1b1b",
      "#c8e6c9",
      14,
      words,
    ),
    `fill #202830 rectangle 0,${height - 40} ${width},${height}`,
  ].join(" ");
}

function page(width: number, height: number): string {
  return window(0, 0, width, height, "#ffffff", "#333333", 16, wordsFrom(2));
}

/** A rectangle with a title bar, full of lines of text. */
function window(
  x: number,
  y: number,
  width: number,
  height: number,
  paper: string,
  ink: string,
  textPixels: number,
  nextWord: () => string,
): string {
  const parts = [
    `fill ${paper} rectangle ${x},${y} ${x + width},${y + height}`,
    `fill #3c6e9f rectangle ${x},${y} ${x + width},${y + 22}`,
    `font DejaVu-Sans font-size ${textPixels} fill ${ink}`,
  ];
  const columns = Math.floor((width - 16) / (textPixels * 0.62));
  for (let line = y + 44; line < y + height - 8; line += Math.ceil(textPixels * 1.4)) {
    let text = nextWord();
    for (let word = nextWord(); text.length + 1 + word.length < columns; word = nextWord()) {
      text += ` ${word}`;
    }
    parts.push(`text ${x + 8},${line} '${text}'`);
  }
  return parts.join(" ");
}

/** Places a photo on every second square of a grid. */
function addPhotos(picture: Picture): void {
  const width = Math.floor(picture.width / 5);
  const height = Math.floor(picture.height / 5);
  const { pixels } = photo(width, height);
  for (const [column, row] of [
    [1, 1],
    [3, 1],
    [0, 3],
    [2, 3],
    [4, 3],
  ]) {
    for (let y = 0; y < height; y++) {
      const target = (row * height + y) * picture.width + column * width;
      picture.pixels.set(pixels.subarray(y * width, (y + 1) * width), target);
    }
  }
}

function photo(width: number, height: number): Picture {
  const pixels = new Uint32Array(width * height);
  const random = randomFrom(3);
  for (let y = 0; y < height; y++) {
    const down = y / height;
    const sky = 130 + 70 * Math.sin(down * 5);
    for (let x = 0; x < width; x++) {
      const light = 40 * Math.sin((x / width) * 7 + down * 4);
      const noise = random() & 15;
      const red = sky + light + noise;
      const green = 120 + 60 * down - light / 2 + noise;
      const blue = 200 - 110 * down + light + noise;
      pixels[y * width + x] = (red << 16) | (green << 8) | blue;
    }
  }
  return { width, height, pixels };
}

const vocabulary =
  "the class of pupils reads a page about rivers and writes down what it has learned while their teacher looks at every screen in turn then asks who would like to begin Monday lesson 42".split(
    " ",
  );

function wordsFrom(seed: number): () => string {
  const random = randomFrom(seed);
  return () => vocabulary[random() % vocabulary.length];
}

/** The linear congruential generator of Numerical Recipes, its better upper bits. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 12;
  };
}
