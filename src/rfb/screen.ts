import { Framebuffer } from "./framebuffer.ts";
import { letOthersRun } from "./let-others-run.ts";
import { checkSize, type Size, type UpdateStep } from "./update-reader.ts";

/** Painting may hold up everybody else for this long before it lets them run. */
const paintSliceMs = 2;

/**
 * What a host shows. Updates are painted one after another, in slices. There is a picture once the host has sent every
 * pixel; after a change of size the last whole picture stays until the new one is whole.
 */
export class Screen {
  #current: Framebuffer;
  /** The last whole picture; the current one as soon as that is whole. */
  #whole: Framebuffer | null = null;
  #wholeArrived = Promise.withResolvers<void>();

  constructor(size: Size) {
    const { width, height } = checkSize(size);
    this.#current = new Framebuffer(width, height);
  }

  /** The size in which the host sends rectangles. */
  get size(): Size {
    return { width: this.#current.width, height: this.#current.height };
  }

  /** Whether the host still owes pixels of the current size. */
  get complete(): boolean {
    return this.#current.complete;
  }

  /** Settles with the first whole picture. */
  get firstPicture(): Promise<void> {
    return this.#wholeArrived.promise;
  }

  /** The last whole picture, null if there is none yet. It may be half painted: see `Framebuffer.whenStill`. */
  get picture(): Framebuffer | null {
    return this.#whole;
  }

  /**
   * Paints a complete update; gives whether it has changed the size. Never two at once. When it throws, the screen is
   * to be abandoned.
   */
  async apply(steps: readonly UpdateStep[]): Promise<boolean> {
    const before = this.#current;
    before.beginPaint();
    let sliceEndMs = performance.now() + paintSliceMs;
    for (const _ of this.#paint(steps)) {
      if (performance.now() < sliceEndMs) continue;
      await letOthersRun();
      sliceEndMs = performance.now() + paintSliceMs;
    }
    this.#current.endPaint();
    if (this.#current.complete) {
      this.#whole = this.#current;
      this.#wholeArrived.resolve();
    }
    return this.#current !== before;
  }

  /** The host is gone: nobody gets a picture any more, least of all one that is half painted. */
  abandon(reason: Error): void {
    this.#current.abandon(reason);
    this.#whole?.abandon(reason);
  }

  *#paint(steps: readonly UpdateStep[]): Generator<void, void> {
    for (const step of steps) {
      if (step.kind === "resize") {
        yield* this.#current.noteChanges();
        yield* this.#resize(step.size);
        continue;
      }
      yield* step.decoder.decodeRect(step.payload, step.rect, this.#current);
      this.#current.touch(step.rect);
    }
    yield* this.#current.noteChanges();
  }

  /** Hosts may copy from what they have sent before, so it stays where it was; it does not count as sent. */
  *#resize({ width, height }: Size): Generator<void, void> {
    const old = this.#current;
    if (width === old.width && height === old.height) return;
    old.endPaint();
    this.#current = new Framebuffer(width, height);
    this.#current.beginPaint();
    yield* this.#current.keep(old);
  }
}
