import type { HostEvent } from "../watch/host-events.ts";
import type { WatchedHost } from "../watch/watched-host.ts";

/** A host that vanishes is found out after up to 16 s (hosts/watchdog.ts). */
const doubtMs = 20_000;

/** Those that were let go of last. */
const keysMax = 256;

/**
 * What has been let go of on a computer a moment ago. If the computer had vanished already, that
 * has not come to it, so it is let go of once more when the computer is back; which does no harm to
 * what is up.
 */
export class RecentReleases {
  static readonly #all = new WeakMap<WatchedHost, RecentReleases>();
  readonly #watched: WatchedHost;
  /** When each key was let go of; the last one stands last. */
  readonly #keys = new Map<number, number>();
  #buttons: { readonly x: number; readonly y: number; readonly atMs: number } | null = null;
  #lostAtMs: number | null = null;

  private constructor(watched: WatchedHost) {
    this.#watched = watched;
    watched.events.subscribe((event) => this.#hear(event));
  }

  static of(watched: WatchedHost): RecentReleases {
    const known = RecentReleases.#all.get(watched);
    if (known !== undefined) return known;
    const releases = new RecentReleases(watched);
    RecentReleases.#all.set(watched, releases);
    return releases;
  }

  keyDown(keysym: number): void {
    this.#keys.delete(keysym);
  }

  keyUp(keysym: number): void {
    const nowMs = performance.now();
    this.#keys.delete(keysym);
    this.#keys.set(keysym, nowMs);
    for (const [earliest, atMs] of this.#keys) {
      if (this.#keys.size <= keysMax && atMs >= nowMs - doubtMs) break;
      this.#keys.delete(earliest);
    }
  }

  buttonsDown(): void {
    this.#buttons = null;
  }

  buttonsUp(x: number, y: number): void {
    this.#buttons = { x, y, atMs: performance.now() };
  }

  #hear({ kind }: HostEvent): void {
    if (kind === "lost") this.#lostAtMs = performance.now();
    if (kind === "back") this.#releaseAgain();
  }

  #releaseAgain(): void {
    const session = this.#watched.host.currentSession;
    if (session === null || this.#lostAtMs === null) return;
    const sinceMs = this.#lostAtMs - doubtMs;
    this.#lostAtMs = null;
    for (const [keysym, atMs] of this.#keys) if (atMs >= sinceMs) session.sendKey(keysym, false);
    const buttons = this.#buttons;
    if (buttons !== null && buttons.atMs >= sinceMs) session.sendPointer(buttons.x, buttons.y, 0);
    this.#keys.clear();
    this.#buttons = null;
  }
}
