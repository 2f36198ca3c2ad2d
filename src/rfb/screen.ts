import type { MemoryAccount } from "../scheduling/memory-budget.ts";
import type { WorkLine } from "../scheduling/time-slicer.ts";
import { cursorBytes, type CursorShape } from "./cursor-shape.ts";
import { FrameGoneError, Framebuffer } from "./framebuffer.ts";
import { checkSize, type Size } from "./size.ts";
import type { UpdateStep } from "./update-reader.ts";

export interface ScreenOptions {
  readonly size: Size;
  /** Painting is done in it. */
  readonly line: WorkLine;
  /** Pays for the pixels. */
  readonly memory: MemoryAccount;
}

/**
 * What a host shows. Updates are painted one after another, in slices. There is a picture once the
 * host has sent every pixel; after a change of size the last whole picture stays until the new one
 * is whole. Memory is taken when there is something to paint.
 */
export class Screen {
  readonly #line: WorkLine;
  readonly #memory: MemoryAccount;
  #size: Size;
  /** What is painted on; null before the first pixels, and until those of another size come. */
  #current: Framebuffer | null = null;
  /** What was painted on in the size before: hosts may copy from what they have sent. */
  #earlier: Framebuffer | null = null;
  /** The last whole picture; the current one as soon as that is whole. */
  #whole: Framebuffer | null = null;
  #wholeArrived = Promise.withResolvers<void>();
  #cursor: CursorShape | null = null;

  constructor({ size, line, memory }: ScreenOptions) {
    this.#size = checkSize(size);
    this.#line = line;
    this.#memory = memory;
  }

  /** The size in which the host sends rectangles. */
  get size(): Size {
    return this.#size;
  }

  /** Whether the host has sent every pixel of the current size. */
  get complete(): boolean {
    return this.#current?.complete ?? false;
  }

  /** Settles with the first whole picture. */
  get firstPicture(): Promise<void> {
    return this.#wholeArrived.promise;
  }

  /**
   * The last whole picture, null if there is none yet. It may be half painted: see
   * `Framebuffer.whenStill`.
   */
  get picture(): Framebuffer | null {
    return this.#whole;
  }

  /** What the host's pointer looks like; null as long as it has not said it. */
  get cursor(): CursorShape | null {
    return this.#cursor;
  }

  /**
   * Paints a complete update; gives whether it has changed the size. Never two at once. When it
   * throws, the screen is to be abandoned.
   */
  async apply(steps: readonly UpdateStep[]): Promise<boolean> {
    this.#current?.beginPaint();
    const resized = await this.#line.run(this.#paint(steps));
    this.#current?.endPaint();
    if (this.complete && this.#whole !== this.#current) {
      this.#free(this.#whole);
      this.#whole = this.#current;
      this.#wholeArrived.resolve();
    }
    return resized;
  }

  /** The host is gone: nobody gets a picture any more, least of all one that is half painted. */
  free(reason: Error): void {
    const frames = new Set([this.#current, this.#earlier, this.#whole]);
    for (const frame of frames) frame?.free(reason);
  }

  *#paint(steps: readonly UpdateStep[]): Generator<void, boolean> {
    let resized = false;
    for (const step of steps) {
      switch (step.kind) {
        case "resize":
          if (yield* this.#resize(step.size)) resized = true;
          break;
        case "cursor":
          this.#keepCursor(step.cursor);
          break;
        case "paint": {
          const frame = this.#current ?? (yield* this.#begin());
          yield* step.decoder.decodeRect(step.payload, step.rect, frame);
          frame.touch(step.rect);
        }
      }
      // A rectangle without pixels may have kept its decoder busy all the same.
      yield;
    }
    if (this.#current !== null) yield* this.#current.noteChanges();
    return resized;
  }

  #keepCursor(cursor: CursorShape | null): void {
    if (cursor !== null) this.#memory.take(cursorBytes(cursor));
    if (this.#cursor !== null) this.#memory.give(cursorBytes(this.#cursor));
    this.#cursor = cursor;
  }

  *#resize({ width, height }: Size): Generator<void, boolean> {
    if (width === this.#size.width && height === this.#size.height) return false;
    this.#size = { width, height };
    if (this.#current === null) return true;
    yield* this.#current.noteChanges();
    this.#current.endPaint();
    this.#earlier = this.#current;
    this.#current = null;
    return true;
  }

  /** A frame of the current size, with the pixels of the one before, which do not count as sent. */
  *#begin(): Generator<void, Framebuffer> {
    const { width, height } = this.#size;
    this.#memory.take(Framebuffer.bytesFor(this.#size));
    const frame = new Framebuffer(width, height);
    this.#current = frame;
    frame.beginPaint();
    const earlier = this.#earlier;
    this.#earlier = null;
    if (earlier !== null) {
      yield* frame.keep(earlier);
      if (earlier !== this.#whole) this.#free(earlier);
    }
    return frame;
  }

  #free(frame: Framebuffer | null): void {
    if (frame === null) return;
    frame.free(new FrameGoneError("the screen has another size now"));
    this.#memory.give(Framebuffer.bytesFor(frame));
  }
}
