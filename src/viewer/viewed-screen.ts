import type { CursorShape } from "../rfb/cursor-shape.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";

/** What a viewer looks at. */
export interface ViewedScreen {
  readonly name: string;
  /** The newest picture; null while there is none. */
  readonly frame: Framebuffer | null;
  /** Null while it is not known. */
  readonly cursor: CursorShape | null;
  /** Gives what ends it. */
  subscribe(listener: ScreenListener): () => void;
  /** A viewer waits for news. Gives what ends it. */
  follow(): () => void;
}

export interface ScreenListener {
  /** Frame or cursor is another, or the frame shows something new. */
  onChange(): void;
  /** Somebody has copied a text there. */
  onClipboard(text: string): void;
}

/** There is nothing to look at. The message says why. */
export class NoScreenError extends Error {
  override readonly name = "NoScreenError";
}
