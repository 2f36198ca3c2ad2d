import type { PictureMessage } from "./picture-message.ts";

/** Pictures that wait to be painted. A page that is slower leaves out what comes then. */
const waitingMax = 8;

export interface PainterListener {
  onPainted(): void;
  /** Pictures were left out, and all others are painted: it has to begin anew. */
  onBehind(): void;
}

/** Paints the pictures of a view on a canvas, in the order in which they come. */
export class PicturePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #listener: PainterListener;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #needsWhole = true;
  #isBehind = false;

  constructor(canvas: HTMLCanvasElement, listener: PainterListener) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false })!;
    this.#listener = listener;
  }

  paint(message: PictureMessage): void {
    if (this.#waiting >= waitingMax) {
      this.#needsWhole = true;
      this.#isBehind = true;
    } else if (message.isWhole) this.#needsWhole = false;
    if (this.#needsWhole) return;
    this.#waiting++;
    // All are decoded at the same time, off the thread.
    const bitmaps = Promise.all(message.runs.map(({ jpeg }) => createImageBitmap(jpeg)));
    this.#last = this.#last.then(async () => {
      try {
        this.#draw(message, await bitmaps);
      } catch (error) {
        console.error("Cannot show a picture", error);
      }
      this.#waiting--;
      if (this.#waiting > 0 || !this.#isBehind) return;
      this.#isBehind = false;
      this.#listener.onBehind();
    });
  }

  #draw({ width, height, runs }: PictureMessage, bitmaps: readonly ImageBitmap[]): void {
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    for (const [i, bitmap] of bitmaps.entries()) {
      this.#context.drawImage(bitmap, 0, runs[i].firstRow);
      bitmap.close();
    }
    this.#listener.onPainted();
  }
}
