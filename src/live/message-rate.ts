/** How many messages somebody sends: so many at once, and so many a second after that. */
export class MessageRate {
  readonly #perSecondMax: number;
  readonly #atOnceMax: number;
  #left: number;
  #countedAtMs = performance.now();

  constructor(perSecondMax: number, atOnceMax: number) {
    this.#perSecondMax = perSecondMax;
    this.#atOnceMax = atOnceMax;
    this.#left = atOnceMax;
  }

  /** Counts one more; false when that is too many. */
  take(): boolean {
    const nowMs = performance.now();
    const back = ((nowMs - this.#countedAtMs) / 1000) * this.#perSecondMax;
    this.#countedAtMs = nowMs;
    this.#left = Math.min(this.#left + back, this.#atOnceMax) - 1;
    return this.#left >= 0;
  }
}
