/**
 * Decides when to ask a host for an update, so that a host that nobody looks at costs next to nothing and one that is
 * looked at is as fresh as the looks are frequent.
 *
 * An incremental request stays open in the host until something changes. So while one is open, no news means that
 * nothing has changed, and the picture in memory is the newest. After an update the next request waits for a pause:
 * half the gap between looks, at most half of `intervalMs`. Without looks for a while no request is made at all.
 */
export interface UpdatePacerOptions {
  /** The greatest age of the picture of a host that is looked at, in ms: Master/ComputerMonitoringUpdateInterval. */
  readonly intervalMs: number;
  readonly requestUpdate: (incremental: boolean) => void;
}

/** A host that was not looked at for this long is left alone. */
const attentionMs = 10_000;

/** How long a look waits for an update; a request that has been open for so long without one means no change. */
const newsWaitMs = 100;

/** A screen that is still incomplete this long after an update is asked for again as a whole. */
const incompleteRetryMs = 1000;

export class UpdatePacer {
  readonly #options: UpdatePacerOptions;
  /** When the open request was made; null when none is open. */
  #requestedAtMs: number | null = null;
  #updatedAtMs = -Infinity;
  #lookedAtMs = -Infinity;
  #lookGapMs = Infinity;
  #timer: Timer | null = null;
  #nextUpdate = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: UpdatePacerOptions) {
    this.#options = options;
  }

  /** Asks for the first picture; a login is as good as a look. */
  start(): void {
    this.#lookedAtMs = performance.now();
    this.#request(false);
  }

  /** An update has been painted. `complete`: whether every pixel of the screen has come. */
  updated(complete: boolean): void {
    this.#requestedAtMs = null;
    this.#updatedAtMs = performance.now();
    this.#nextUpdate.resolve();
    this.#nextUpdate = Promise.withResolvers();
    if (!complete) {
      this.#request(true);
      this.#schedule(incompleteRetryMs, false);
      return;
    }
    const sinceLookMs = this.#updatedAtMs - this.#lookedAtMs;
    if (sinceLookMs > attentionMs) return;
    const gapMs = Math.max(this.#lookGapMs, sinceLookMs);
    this.#schedule(Math.min(this.#options.intervalMs, gapMs) / 2, true);
  }

  /** Somebody wants a picture: returns when the one in memory is new enough, or after `newsWaitMs`. */
  async look(): Promise<void> {
    const nowMs = performance.now();
    this.#lookGapMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    const ageMaxMs = Math.min(this.#options.intervalMs, this.#lookGapMs);
    if (nowMs - this.#updatedAtMs <= ageMaxMs) return;
    if (this.#requestedAtMs === null) this.#request(true);
    const openForMs = nowMs - (this.#requestedAtMs ?? nowMs);
    if (openForMs < newsWaitMs) await this.#newsWithin(newsWaitMs - openForMs);
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#nextUpdate.resolve();
  }

  async #newsWithin(waitMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    await Promise.race([this.#nextUpdate.promise, late]);
    clearTimeout(timer);
  }

  #request(incremental: boolean): void {
    if (this.#closed) return;
    this.#stopTimer();
    this.#requestedAtMs = performance.now();
    this.#options.requestUpdate(incremental);
  }

  #schedule(delayMs: number, incremental: boolean): void {
    if (this.#closed) return;
    this.#stopTimer();
    this.#timer = setTimeout(() => this.#request(incremental), delayMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
