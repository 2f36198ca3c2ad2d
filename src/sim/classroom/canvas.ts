import type { Rect } from "../../rfb/rect.ts";
import { glyphHeight, glyphWidth, traceText } from "./pixel-font.ts";
import { intersection } from "../sim-screen.ts";

/** A picture to compose before it is shown. Colours are 0xRRGGBB; what lies outside is cut off. */
export class Canvas {
  readonly pixels: Uint32Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
  }

  fill(x: number, y: number, width: number, height: number, colour: number): void {
    const inside = intersection({ x, y, width, height }, this.#bounds);
    if (inside === null) return;
    for (let row = inside.y; row < inside.y + inside.height; row++) {
      const start = row * this.width + inside.x;
      this.pixels.fill(colour, start, start + inside.width);
    }
  }

  disc(centreX: number, centreY: number, radius: number, colour: number): void {
    for (let dy = -radius; dy <= radius; dy++) {
      const half = Math.floor(Math.sqrt(radius * radius - dy * dy));
      this.fill(centreX - half, centreY + dy, 2 * half + 1, 1, colour);
    }
  }

  /** One line; `scale` pixels per dot of the font. */
  text(x: number, y: number, text: string, scale: number, colour: number): void {
    traceText(text, (dotX, dotY) =>
      this.fill(x + dotX * scale, y + dotY * scale, scale, scale, colour),
    );
  }

  /** Mixes everything half and half with the colour. */
  dim(colour: number): void {
    const half = (colour >>> 1) & 0x7f7f7f;
    for (let i = 0; i < this.pixels.length; i++) {
      this.pixels[i] = ((this.pixels[i] >>> 1) & 0x7f7f7f) + half;
    }
  }

  /** A copy of the rectangle's pixels, row by row. */
  read(rect: Rect): Uint32Array {
    const pixels = new Uint32Array(rect.width * rect.height);
    for (let row = 0; row < rect.height; row++) {
      const start = (rect.y + row) * this.width + rect.x;
      pixels.set(this.pixels.subarray(start, start + rect.width), row * rect.width);
    }
    return pixels;
  }

  get #bounds(): Rect {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }
}

export function textWidth(text: string, scale: number): number {
  return Math.max(0, text.length * (glyphWidth + 1) - 1) * scale;
}

/** How many characters of a line fit into the width. */
export function charactersIn(width: number, scale: number): number {
  return Math.floor(width / ((glyphWidth + 1) * scale));
}

export function lineHeight(scale: number): number {
  return (glyphHeight + 2) * scale;
}

/** Words into lines of at most `charactersMax`; what is longer than a line is cut. */
export function wrapText(text: string, charactersMax: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const word of paragraph.split(" ")) {
      const longer = `${lines[lines.length - 1]} ${word}`.trim();
      if (longer.length <= charactersMax) lines[lines.length - 1] = longer;
      else lines.push(word.slice(0, charactersMax));
    }
    return lines;
  });
}
