/**
 * Decides when to ask a host for an update, so that a host that nobody looks at costs next to
 * nothing and one that is looked at is as fresh as the looks are frequent.
 *
 * An incremental request stays open in the host until something changes. So while one is open, no
 * news means that nothing has changed, and the picture in memory is the newest. After an update the
 * next request waits for a pause: half the gap between looks, at most half of `intervalMs`. Without
 * looks for a while no request is made at all.
 *
 * Those who follow a screen get each change as it comes, at their own pace: the next request is
 * made as soon as that lets it, counted from the one before, so that what changes now and then is
 * there at once.
 *
 * No pause and no deadline is put off by what the host sends meanwhile, and none is so short that
 * the host would set the pace.
 */
export interface UpdatePacerOptions {
  /**
   * The greatest age of the picture of a host that is looked at, in ms:
   * Master/ComputerMonitoringUpdateInterval.
   */
  readonly intervalMs: number;
  readonly demand: UpdateDemand;
  readonly requestUpdate: (incremental: boolean) => void;
}

/** How much the pictures of a host are wanted. */
export interface UpdateDemand {
  /** When somebody last looked, by `performance.now()`; a login is as good as a look. */
  readonly lookedAtMs: number;
  /** Milliseconds between the last two looks; Infinity before the second one. */
  readonly gapMs: number;
  /** Milliseconds between the pictures of those who follow the screen; Infinity without any. */
  readonly followGapMs: number;
}

/** What an update has left. */
export interface PaintedUpdate {
  /** Whether every pixel of the screen has come. */
  readonly complete: boolean;
  /** Whether the update has changed the size of the screen. */
  readonly resized: boolean;
}

/** A host that was not looked at for this long is left alone. */
const attentionMs = 10_000;

/**
 * How long a look waits for an update; a request that has been open for so long means no change.
 */
const newsWaitMs = 100;

/** What the host has not completed this long after it began to send is asked for as a whole. */
const incompleteMaxMs = 1000;

/** So many parts of a screen are followed by a request at once, further ones by growing pauses. */
const partsWithoutPause = 2;
const partPauseMs = { first: 10, max: 100 };

export class UpdatePacer {
  readonly #options: UpdatePacerOptions;
  #complete = false;
  /** Since when the screen has not been complete; null while it is. */
  #incompleteSinceMs: number | null = performance.now();
  /** Updates in a row that have left the screen incomplete. */
  #parts = 0;
  /** When the whole screen will be asked for; null while the host has not begun to answer. */
  #wholeDueAtMs: number | null = null;
  /** When the open request was made; null when none is open. */
  #requestedAtMs: number | null = null;
  /** When the last request was made, open or not. */
  #lastRequestAtMs = -Infinity;
  #updatedAtMs = -Infinity;
  #timer: { readonly handle: Timer; readonly dueAtMs: number } | null = null;
  /** Where somebody waits for it. */
  #nextUpdate: PromiseWithResolvers<void> | null = null;
  #closed = false;

  constructor(options: UpdatePacerOptions) {
    this.#options = options;
  }

  /** How long the screen has not been complete, in ms; 0 when it is. */
  get incompleteForMs(): number {
    return this.#incompleteSinceMs === null ? 0 : performance.now() - this.#incompleteSinceMs;
  }

  /** Asks for the first picture. */
  start(): void {
    this.#requestWhole();
  }

  /** An update has been painted. */
  updated({ complete, resized }: PaintedUpdate): void {
    const nowMs = performance.now();
    this.#requestedAtMs = null;
    this.#updatedAtMs = nowMs;
    this.#nextUpdate?.resolve();
    this.#nextUpdate = null;
    // A pause that runs already goes on, unless it was one for another state of the screen.
    if (complete !== this.#complete) this.#stopTimer();
    this.#complete = complete;
    if (complete) this.#afterWholeScreen(nowMs);
    else this.#afterPart(nowMs, resized);
  }

  /**
   * For somebody who looks: returns when the picture in memory is new enough, or after
   * `newsWaitMs`.
   */
  async freshen(): Promise<void> {
    const nowMs = performance.now();
    if (!this.#complete) {
      // Nobody has looked for a while, and the rest was not asked for.
      if (this.#requestedAtMs === null && this.#timer === null) this.#requestWhole();
      return;
    }
    const { intervalMs, demand } = this.#options;
    const ageMaxMs = Math.min(intervalMs, demand.gapMs);
    if (nowMs - this.#updatedAtMs <= ageMaxMs) return;
    if (this.#requestedAtMs === null) this.#request(true);
    const endMs = (this.#requestedAtMs ?? nowMs) + newsWaitMs;
    if (nowMs < endMs) await this.#newsUntil(endMs);
    // Of a screen that has another size the pixels come behind that.
    while (!this.#complete && performance.now() < endMs && !this.#closed) {
      await this.#newsUntil(endMs);
    }
  }

  /** Somebody follows the screen from now on, or at a faster pace. */
  followed(): void {
    if (this.#requestedAtMs !== null) return;
    if (this.#complete) this.#scheduleNext(performance.now());
    else if (this.#timer === null) this.#requestWhole();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#nextUpdate?.resolve();
  }

  #afterWholeScreen(nowMs: number): void {
    this.#incompleteSinceMs = null;
    this.#parts = 0;
    this.#wholeDueAtMs = null;
    this.#scheduleNext(nowMs);
  }

  /** Plans the next request for what is new. */
  #scheduleNext(nowMs: number): void {
    const dueForFollowersAtMs = this.#lastRequestAtMs + this.#options.demand.followGapMs;
    const dueAtMs = Math.min(this.#dueForLooksAtMs(nowMs), dueForFollowersAtMs);
    if (dueForFollowersAtMs <= nowMs) this.#request(true);
    else if (dueAtMs < Infinity) this.#schedule(dueAtMs, () => this.#request(true));
  }

  #dueForLooksAtMs(nowMs: number): number {
    const { intervalMs, demand } = this.#options;
    const sinceLookMs = nowMs - demand.lookedAtMs;
    if (sinceLookMs > attentionMs) return Infinity;
    const gapMs = Math.max(demand.gapMs, sinceLookMs);
    return nowMs + Math.min(intervalMs, gapMs) / 2;
  }

  #afterPart(nowMs: number, resized: boolean): void {
    this.#incompleteSinceMs ??= nowMs;
    this.#parts++;
    // Of another size nothing is known, and hosts differ in what they send by themselves.
    if (resized) this.#wholeDueAtMs = nowMs;
    else this.#wholeDueAtMs ??= nowMs + incompleteMaxMs;
    const { lookedAtMs, followGapMs } = this.#options.demand;
    if (nowMs - lookedAtMs > attentionMs && followGapMs === Infinity) {
      this.#stopTimer();
      return;
    }
    const pauseMs = pauseAfterPart(this.#parts);
    if (pauseMs === 0) this.#requestRest();
    else this.#schedule(nowMs + pauseMs, () => this.#requestRest());
  }

  /** Asks for what is missing, or for everything when that is due. */
  #requestRest(): void {
    const dueAtMs = this.#wholeDueAtMs;
    if (dueAtMs === null || dueAtMs <= performance.now()) {
      this.#requestWhole();
      return;
    }
    this.#request(true);
    this.#schedule(dueAtMs, () => this.#requestRest());
  }

  #requestWhole(): void {
    this.#wholeDueAtMs = null;
    this.#request(false);
  }

  async #newsUntil(endMs: number): Promise<void> {
    if (this.#closed) return;
    const news = (this.#nextUpdate ??= Promise.withResolvers());
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, endMs - performance.now());
    await Promise.race([news.promise, late]);
    clearTimeout(timer);
  }

  #request(incremental: boolean): void {
    if (this.#closed) return;
    this.#stopTimer();
    this.#requestedAtMs = performance.now();
    this.#lastRequestAtMs = this.#requestedAtMs;
    this.#options.requestUpdate(incremental);
  }

  /** An earlier plan stays, so that no traffic can put it off. */
  #schedule(dueAtMs: number, act: () => void): void {
    if (this.#closed || (this.#timer !== null && this.#timer.dueAtMs <= dueAtMs)) return;
    this.#stopTimer();
    const onDue = () => {
      this.#timer = null;
      act();
    };
    this.#timer = { handle: setTimeout(onDue, Math.max(0, dueAtMs - performance.now())), dueAtMs };
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
  }
}

function pauseAfterPart(parts: number): number {
  if (parts <= partsWithoutPause) return 0;
  return Math.min(partPauseMs.first * 2 ** (parts - partsWithoutPause - 1), partPauseMs.max);
}
