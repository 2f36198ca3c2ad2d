import type { Framebuffer } from "../rfb/framebuffer.ts";

/** Hears of a picture; it goes on changing. */
export type PictureListener = (picture: Framebuffer) => void;

/**
 * Tells of each new picture of a computer, to as many as want to know. Nothing is kept for those
 * who are not ready: they wait for the next one, which is then the newest.
 */
export class PictureFeed {
  readonly #listeners = new Set<PictureListener>();
  readonly #waiting = new Set<() => void>();
  #revision = -1;
  #picture: Framebuffer | null = null;

  /** The screen has been painted. One that shows what it has shown before is no news. */
  publish(picture: Framebuffer): void {
    if (picture === this.#picture && picture.revision === this.#revision) return;
    this.#picture = picture;
    this.#revision = picture.revision;
    for (const listener of this.#listeners) listener(picture);
    this.wake();
  }

  /** Gives what ends it. */
  subscribe(listener: PictureListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles with the next picture, when `wake` is called, and when `signal` is aborted. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        this.#waiting.delete(settle);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      this.#waiting.add(settle);
      signal.addEventListener("abort", settle);
      if (signal.aborted) settle();
    });
  }

  /** No picture may come for a while: whoever waits for one is told. */
  wake(): void {
    for (const settle of this.#waiting) settle();
  }
}
