/**
 * A screen that changes when it is told to, with marks that tell which change a picture shows: in
 * the first and the last rows of what has changed, at the left, a block in the colour of the
 * change.
 */
import { changedRows } from "../../test/real/support/desktop.ts";
import type { Picture } from "../../test/real/support/picture.ts";
import type { XScreen } from "../../test/real/support/x-screen.ts";
import { hasColour, type Thumbnail, thumbnailSize } from "./thumbnail.ts";

export type Change = "all" | "tenth" | "nothing";

const mark = { width: 64, height: 32 };
/** Far apart, so that they survive JPEG. */
const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff];
const bands = 10;

interface Drawn {
  readonly number: number;
  readonly rows: { readonly y: number; readonly height: number };
  /** When it was on the screen. */
  readonly atMs: number;
}

export class ChangingScreen {
  readonly #screen: XScreen;
  readonly #desktop: Picture;
  readonly #pixels: Uint32Array;
  readonly #drawn: Drawn[] = [];

  constructor(screen: XScreen, desktop: Picture) {
    this.#screen = screen;
    this.#desktop = desktop;
    this.#pixels = desktop.pixels.slice();
  }

  /** What is on the screen. */
  get picture(): Picture {
    return { ...this.#desktop, pixels: this.#pixels };
  }

  /**
   * When it resolves the change is on the screen. A tenth of the rows is each time the next one.
   */
  async change(change: Change): Promise<void> {
    if (change === "nothing") return;
    const { width, height } = this.#desktop;
    const number = this.#drawn.length;
    const rowCount = change === "all" ? height : height / bands;
    const rows = { y: change === "all" ? 0 : (number % bands) * rowCount, height: rowCount };
    const pixels = changedRows(this.#desktop, rows, number);
    putMark(pixels, width, 0, number);
    putMark(pixels, width, rowCount - mark.height, number);
    this.#pixels.set(pixels, rows.y * width);
    await this.#screen.drawRows(rows.y, pixels);
    this.#drawn.push({ number, rows, atMs: performance.now() });
  }

  /** When the last change came on the screen. */
  get changedAtMs(): number {
    return this.#drawn.at(-1)!.atMs;
  }

  /**
   * How long, at that time, the picture had not been true any more; 0 if it shows the last change.
   * NaN if it shows none of the last changes whole: hosts may send one in several updates.
   */
  ageMs(thumbnail: Thumbnail, seenAtMs: number): number {
    const drawn = this.#drawn.filter(({ atMs }) => atMs <= seenAtMs);
    for (let at = drawn.length - 1; at >= Math.max(0, drawn.length - colours.length); at--) {
      if (!isShown(drawn[at], thumbnail)) continue;
      return at === drawn.length - 1 ? 0 : seenAtMs - drawn[at + 1].atMs;
    }
    return Number.NaN;
  }

  /** Whether it shows the last change, whole. */
  showsLast(thumbnail: Thumbnail): boolean {
    return isShown(this.#drawn.at(-1), thumbnail);
  }
}

function putMark(pixels: Uint32Array, width: number, y: number, number: number): void {
  const colour = colours[number % colours.length];
  for (let row = y; row < y + mark.height; row++) {
    pixels.fill(colour, row * width, row * width + mark.width);
  }
}

function isShown(drawn: Drawn | undefined, thumbnail: Thumbnail): boolean {
  if (drawn === undefined) return false;
  const { number, rows } = drawn;
  const side = 1080 / thumbnailSize.height;
  const x = Math.floor(mark.width / 2 / side);
  const middles = [rows.y + mark.height / 2, rows.y + rows.height - mark.height / 2];
  return middles.every((y) =>
    hasColour(thumbnail, x, Math.floor(y / side), colours[number % colours.length]),
  );
}
