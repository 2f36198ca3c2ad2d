import type { CursorShape } from "../rfb/cursor-shape.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { ScreenListener, ViewedScreen } from "../viewer/viewed-screen.ts";
import type { WatchedHost } from "../watch/watched-host.ts";

/** What a viewer is sent a second, at most; a host seldom has more. */
const fpsMax = 30;

/** A watched computer as viewers see it. While it is lost, its last picture stays with them. */
export class ViewedHost implements ViewedScreen {
  readonly #watched: WatchedHost;

  constructor(watched: WatchedHost) {
    this.#watched = watched;
  }

  get name(): string {
    return this.#watched.host.address.host;
  }

  get frame(): Framebuffer | null {
    return this.#watched.host.currentSession?.pictureNow ?? null;
  }

  get cursor(): CursorShape | null {
    return this.#watched.host.currentSession?.cursor ?? null;
  }

  subscribe(listener: ScreenListener): () => void {
    const { feed, desktop } = this.#watched;
    const onChange = () => listener.onChange();
    const ends = [
      feed.subscribe(onChange),
      desktop.subscribe({ onCursor: onChange, onClipboard: (text) => listener.onClipboard(text) }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  follow(): () => void {
    return this.#watched.awaitNews(fpsMax);
  }
}
