import { ProtocolError } from "../bytes/errors.ts";
import type { MemoryAccount } from "../scheduling/memory-budget.ts";
import { rfbLimits } from "./limits.ts";
import type { Rect } from "./rect.ts";
import type { Size } from "./size.ts";

/** Where a decoder asks before it reads bytes that have to wait until they are painted. */
export interface ByteRoom {
  /** Throws when there is no room for so many more. */
  take(bytes: number): void;
}

/**
 * What one update may hold and do, measured by the size of the screen: no honest one needs more.
 */
export class UpdateRoom implements ByteRoom {
  readonly #memory: MemoryAccount;
  /** Of the largest screen that the update has had so far. */
  #pixels = 0;
  #resizes = 0;
  #paintedPixels = 0;
  #bytes = 0;

  constructor(size: Size, memory: MemoryAccount) {
    this.#memory = memory;
    this.grow(size);
  }

  /** The rectangles to come are for a screen of this size. */
  grow({ width, height }: Size): void {
    this.#pixels = Math.max(this.#pixels, width * height);
  }

  /**
   * The size changes behind rectangles of another size. Throws ProtocolError when it does so too
   * often.
   */
  countResize(): void {
    if (++this.#resizes > rfbLimits.resizesPerUpdateMax) {
      throw new ProtocolError(
        `Cannot read update: over ${rfbLimits.resizesPerUpdateMax} changes of size in it`,
      );
    }
  }

  /**
   * A rectangle is going to be painted. Throws ProtocolError when the screen is painted over too
   * often.
   */
  paint({ width, height }: Rect): void {
    this.#paintedPixels += width * height;
    const { overpaintMax } = rfbLimits;
    if (this.#paintedPixels > overpaintMax * this.#pixels) {
      throw new ProtocolError(
        `Cannot read update: it paints ${this.#paintedPixels} pixels of a screen of ${this.#pixels}, at most ${overpaintMax} times as many allowed`,
      );
    }
  }

  take(bytes: number): void {
    const bytesMax = rfbLimits.updateBytesMin + rfbLimits.updateBytesPerPixelMax * this.#pixels;
    if (this.#bytes + bytes > bytesMax) {
      throw new ProtocolError(
        `Cannot read update: over ${bytesMax} bytes in its rectangles, for a screen of ${this.#pixels} pixels`,
      );
    }
    this.#memory.take(bytes);
    this.#bytes += bytes;
  }

  release(): void {
    this.#memory.give(this.#bytes);
    this.#bytes = 0;
  }
}
