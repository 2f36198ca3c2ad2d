/** Lets so many things happen a second, and as many at once after a second without any. */
export class Pace {
  readonly #perSecondMax: number;
  #left: number;
  #countedAtMs = performance.now();

  constructor(perSecondMax: number) {
    this.#perSecondMax = perSecondMax;
    this.#left = perSecondMax;
  }

  /** Counts one; null when the next may follow at once, else what to wait for before it. */
  count(): Promise<void> | null {
    const nowMs = performance.now();
    const earned = ((nowMs - this.#countedAtMs) * this.#perSecondMax) / 1000;
    this.#countedAtMs = nowMs;
    this.#left = Math.min(this.#perSecondMax, this.#left + earned) - 1;
    if (this.#left >= 0) return null;
    const waitMs = (-this.#left * 1000) / this.#perSecondMax;
    return new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
