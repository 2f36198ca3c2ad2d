/** A question that was not answered for this long may have been lost, and is asked again. */
const repeatMs = 2000;

/**
 * One question that a host answers in about a millisecond, asked when the last answer is too old to
 * be given out. Those who ask while it is under way share the answer.
 */
export class StateQuery {
  readonly #send: () => void;
  #answeredAtMs = -Infinity;
  /** Null when no question is under way. */
  #askedAtMs: number | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(send: () => void) {
    this.#send = send;
  }

  /** Milliseconds since the host last said it; Infinity if it never has. */
  get ageMs(): number {
    return performance.now() - this.#answeredAtMs;
  }

  /** Tells that an answer, or a push that says the same, has come. */
  answered(): void {
    this.#answeredAtMs = performance.now();
    this.#askedAtMs = null;
    for (const settle of this.#waiting) settle();
  }

  ask(): void {
    const nowMs = performance.now();
    if (this.#askedAtMs !== null && nowMs - this.#askedAtMs < repeatMs) return;
    this.#askedAtMs = nowMs;
    this.#send();
  }

  /** Returns when the answer is at most `ageMaxMs` old, or after `waitMaxMs`; `ageMs` tells. */
  async refresh(ageMaxMs: number, waitMaxMs: number): Promise<void> {
    if (this.ageMs <= ageMaxMs) return;
    this.ask();
    await new Promise<void>((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, waitMaxMs);
      this.#waiting.add(settle);
    });
  }
}
