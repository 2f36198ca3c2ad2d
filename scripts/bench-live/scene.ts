/**
 * What happens on the screen while it is watched. Each change has a number, and says so by colours
 * that survive JPEG; what a viewer saw can so be told from the pictures that it was given.
 */
import { changedRows } from "../../test/real/support/desktop.ts";
import type { Picture } from "../../test/real/support/picture.ts";

export const sceneNames = ["tenth", "typing"] as const;
export type SceneName = (typeof sceneNames)[number];

/** What can be drawn on. */
export interface Drawable {
  /** Whole rows of pixels; when it resolves they are on the screen. */
  drawRows(y: number, pixels: Uint32Array): Promise<void>;
}

/** A scene, in this process or in another one. */
export interface Stage {
  clear(): Promise<void>;
  change(name: SceneName): Promise<Change>;
}

/** A point of the screen, and the colour that it has when the change is shown. */
export interface Probe {
  readonly x: number;
  readonly y: number;
  readonly colour: number;
}

export interface Change {
  /** All of them show it, or it is not whole. */
  readonly probes: readonly Probe[];
  /** When it was on the screen, by `nowMs`. */
  readonly atMs: number;
}

const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff];
const mark = { width: 64, height: 32 };
const bands = 10;
/** A character, and the line that it is typed into. */
const cell = 16;
const lineY = 512;

export class Scene implements Stage {
  readonly #screen: Drawable;
  readonly #desktop: Picture;
  /** The line as it is. */
  #line = new Uint32Array(0);
  #number = 0;

  constructor(screen: Drawable, desktop: Picture) {
    this.#screen = screen;
    this.#desktop = desktop;
  }

  async clear(): Promise<void> {
    const { width, pixels } = this.#desktop;
    this.#line = pixels.slice(lineY * width, (lineY + cell) * width);
    await this.#screen.drawRows(0, pixels);
  }

  change(name: SceneName): Promise<Change> {
    return name === "tenth" ? this.#changeTenth(this.#number++) : this.#type(this.#number++);
  }

  /** The next tenth of the rows. */
  async #changeTenth(number: number): Promise<Change> {
    const { width, height } = this.#desktop;
    const rowCount = height / bands;
    const y = (number % bands) * rowCount;
    const colour = colours[number % colours.length];
    const pixels = changedRows(this.#desktop, { y, height: rowCount }, number);
    for (const top of [0, rowCount - mark.height]) {
      for (let row = top; row < top + mark.height; row++) {
        pixels.fill(colour, row * width, row * width + mark.width);
      }
    }
    await this.#screen.drawRows(y, pixels);
    const x = mark.width / 2;
    const probes = [y + mark.height / 2, y + rowCount - mark.height / 2];
    return { probes: probes.map((each) => ({ x, y: each, colour })), atMs: nowMs() };
  }

  /** The next character of the line. */
  async #type(number: number): Promise<Change> {
    const { width } = this.#desktop;
    const cells = Math.floor(width / cell);
    // Another one than that of the character which it overwrites.
    const colour = colours[(number + Math.floor(number / cells)) % colours.length];
    const x = (number % cells) * cell;
    for (let row = 0; row < cell; row++) {
      this.#line.fill(colour, row * width + x, row * width + x + cell);
    }
    await this.#screen.drawRows(lineY, this.#line);
    return {
      probes: [{ x: x + cell / 2, y: lineY + cell / 2, colour }],
      atMs: nowMs(),
    };
  }
}

/** The same for all processes. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Whether that may be the colour, after JPEG. */
export function isColour(pixel: number, colour: number): boolean {
  return [16, 8, 0].every((bit) => Math.abs(((pixel >> bit) & 255) - ((colour >> bit) & 255)) < 96);
}
