/** Hears of what a viewer is shown beside the picture. */
export interface DesktopListener {
  /** The pointer has another shape. */
  onCursor(): void;
  /** Somebody has copied a text. It is theirs: only whoever controls the computer may have it. */
  onClipboard(text: string): void;
}

/** Tells of it, to as many as want to know. Nothing is kept. */
export class DesktopFeed {
  readonly #listeners = new Set<DesktopListener>();

  publishCursor(): void {
    for (const listener of this.#listeners) listener.onCursor();
  }

  publishClipboard(text: string): void {
    for (const listener of this.#listeners) listener.onClipboard(text);
  }

  /** Gives what ends it. */
  subscribe(listener: DesktopListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
