/** Pictures for tests, drawn from a seed, and how alike two pictures are. Pixels are 0x??RRGGBB. */

export interface TestRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A whole number from 0 to below `end`. */
export function randomBelow(random: () => number, end: number): number {
  return Math.floor(random() * end);
}

/** A screen that notes its changes in strips of 16 rows, as a host's does. */
export class TestFrame {
  readonly pixels: Uint32Array;
  readonly stripRows = 16;
  readonly stripRevisions: Uint32Array;
  revision = 1;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
    this.stripRevisions = new Uint32Array(Math.ceil(height / 16)).fill(1);
  }

  async whenStill<T>(use: () => T): Promise<T> {
    return use();
  }

  get all(): TestRect {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  /** Sets each pixel of the rectangle, by its place in the frame, and notes the change. */
  paint(rect: TestRect, pixel: (x: number, y: number) => number): this {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        this.pixels[y * this.width + x] = pixel(x, y);
      }
    }
    this.revision++;
    for (let row = rect.y; row < rect.y + rect.height; row++) {
      this.stripRevisions[Math.floor(row / 16)] = this.revision;
    }
    return this;
  }

  /** A copy that does not change. */
  snapshot(): TestFrame {
    const copy = new TestFrame(this.width, this.height);
    copy.pixels.set(this.pixels);
    return copy;
  }
}

export type Painter = (random: () => number) => (x: number, y: number) => number;

/** Something like antialiased text: letters of 8x14 pixels, dark on light, one in six a blank. */
export const text: Painter = (random) => {
  const letters = Array.from({ length: 24 }, () =>
    Uint8Array.from({ length: 8 * 14 }, (_, i) =>
      i % 8 < 6 && i > 24 && random() < 0.35 ? 64 * randomBelow(random, 5) : 255,
    ),
  );
  const salt = randomBelow(random, 1000);
  return (x, y) => {
    const place = Math.imul((x >> 3) + salt, 31) + Math.imul(Math.floor(y / 14), 177);
    const letter = letters[(place ^ (place >>> 5)) % 24];
    const light = place % 6 === 0 || letter === undefined ? 255 : letter[(y % 14) * 8 + (x & 7)];
    return (light << 16) | (light << 8) | Math.min(255, light + 16);
  };
};

/** Something like a photo: slow waves of colour with a little noise. */
export const photo: Painter = (random) => {
  const [a, b, c] = [random() * 7, random() * 7, random() * 7];
  return (x, y) => {
    const noise = randomBelow(random, 12);
    const red = 120 + 90 * Math.sin(x / 97 + a) + noise;
    const green = 120 + 90 * Math.sin(y / 61 + x / 301 + b) + noise;
    const blue = 120 + 90 * Math.sin((x + y) / 127 + c) + noise;
    return (red << 16) | (green << 8) | blue;
  };
};

/** Every bit by chance, those of the unused byte too. */
export const noise: Painter = (random) => () => (random() * 0x100000000) >>> 0;

/** One colour. */
export const flat: Painter = (random) => {
  const colour = (random() * 0x1000000) | 0;
  return () => colour;
};

/** Text above, a photo below: both kinds of rows in one picture. */
export const mixed: Painter = (random) => {
  const [above, below] = [text(random), photo(random)];
  return (x, y) => (y % 80 < 40 ? above(x, y) : below(x, y));
};

export const painters = { text, photo, noise, flat, mixed };

/** The index of the first pixel whose R, G or B differs; -1 if there is none. */
export function firstDifference(a: Uint32Array, b: Uint32Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((pixel, i) => ((pixel ^ b[i]) & 0xffffff) !== 0);
}

/** Peak signal-to-noise ratio in dB over R, G and B; Infinity for equal pictures. */
export function psnr(a: Uint32Array, b: Uint32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    for (const shift of [0, 8, 16]) {
      const difference = ((a[i] >>> shift) & 0xff) - ((b[i] >>> shift) & 0xff);
      squares += difference * difference;
    }
  }
  return 10 * Math.log10((255 * 255) / (squares / (a.length * 3)));
}
