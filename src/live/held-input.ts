import { clipboardMessage } from "../veyon/clipboard-message.ts";
import type { HostEvent } from "../watch/host-events.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import { RecentReleases } from "./recent-releases.ts";

/** Hears when somebody lays hands on a computer, and when they leave it. */
export interface ControlObserver {
  onBegin(): void;
  onEnd(): void;
}

/** Keys that are held at a time; of more, the one that was pressed first is let go of. */
const keysMax = 64;

/**
 * Somebody's hands on a computer. A host keeps down what is down, whoever has gone and even when
 * the connection to it has ended (seen with x11vnc), so that keys and buttons are let go of when
 * the hands are withdrawn, before the connection is closed, and when a lost host is back; then also
 * of what was let go of when it may have been lost already.
 */
export class HeldInput {
  readonly #watched: WatchedHost;
  readonly #observer: ControlObserver;
  readonly #releases: RecentReleases;
  /** In the order in which they were pressed. */
  readonly #keys = new Set<number>();
  #pointer = { x: 0, y: 0, buttonMask: 0 };
  #isControlling = false;
  /** Ends the listening for what happens to the computer. */
  #unsubscribe: (() => void) | null = null;

  constructor(watched: WatchedHost, observer: ControlObserver) {
    this.#watched = watched;
    this.#observer = observer;
    this.#releases = RecentReleases.of(watched);
  }

  get isHolding(): boolean {
    return this.#keys.size > 0 || this.#pointer.buttonMask !== 0;
  }

  /** The buttons that are down, a bit for each. */
  get buttonMask(): number {
    return this.#pointer.buttonMask;
  }

  /** `keysym`: of X11. Throws HostError (lost). */
  key(keysym: number, isDown: boolean): void {
    const session = this.#begin();
    session.sendKey(keysym, isDown);
    if (!isDown) {
      this.#keys.delete(keysym);
      this.#releases.keyUp(keysym);
      return;
    }
    this.#keys.add(keysym);
    this.#releases.keyDown(keysym);
    if (this.#keys.size > keysMax) this.key(this.#keys.values().next().value!, false);
  }

  /** Pixels of the screen; a bit for each button, as in RFB. Throws HostError (lost). */
  pointer(x: number, y: number, buttonMask: number): void {
    this.#begin().sendPointer(x, y, buttonMask);
    if (buttonMask !== 0) this.#releases.buttonsDown();
    else if (this.#pointer.buttonMask !== 0) this.#releases.buttonsUp(x, y);
    this.#pointer = { x, y, buttonMask };
  }

  /** `text`: at most `clipboardUnitsMax` long. Throws HostError (lost). */
  clipboard(text: string): void {
    this.#begin().send(clipboardMessage(text));
  }

  /** Takes the hands off the computer; they may come back. */
  withdraw(): void {
    if (!this.#isControlling) return;
    this.#isControlling = false;
    this.#letGo();
    this.#observer.onEnd();
  }

  #begin() {
    const { session } = this.#watched.host;
    this.#unsubscribe ??= this.#watched.events.subscribe((event) => this.#hear(event));
    if (!this.#isControlling) {
      this.#isControlling = true;
      this.#observer.onBegin();
    }
    return session;
  }

  #hear({ kind }: HostEvent): void {
    if (kind === "back") this.#letGo();
    if (kind !== "closed") return;
    this.withdraw();
    this.#forget();
  }

  /** When the host is lost, as soon as it is back. */
  #letGo(): void {
    const session = this.#watched.host.currentSession;
    if (session === null) return;
    // Modifiers were pressed first.
    for (const keysym of [...this.#keys].reverse()) {
      session.sendKey(keysym, false);
      this.#releases.keyUp(keysym);
    }
    const { x, y, buttonMask } = this.#pointer;
    if (buttonMask !== 0) {
      session.sendPointer(x, y, 0);
      this.#releases.buttonsUp(x, y);
    }
    this.#keys.clear();
    this.#pointer = { x, y, buttonMask: 0 };
    if (!this.#isControlling) this.#forget();
  }

  #forget(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}
