import { settlesWithin } from "./deadline.ts";

/**
 * One question that a host answers in about a millisecond, asked when the last answer is too old to be given out.
 * Those who ask while it is under way share the answer.
 */
export class StateQuery {
  readonly #send: () => void;
  #answeredAtMs = -Infinity;
  #underWay: PromiseWithResolvers<void> | null = null;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** Tells that an answer, or a push that says the same, has come. */
  answered(): void {
    this.#answeredAtMs = performance.now();
    this.#underWay?.resolve();
    this.#underWay = null;
  }

  ask(): void {
    if (this.#underWay !== null) return;
    this.#underWay = Promise.withResolvers();
    this.#send();
  }

  /**
   * Returns when the answer is at most `ageMaxMs` old; or after `waitMaxMs`, when the host is busy and what it said
   * last is the best there is.
   */
  async refresh(ageMaxMs: number, waitMaxMs: number): Promise<void> {
    if (performance.now() - this.#answeredAtMs <= ageMaxMs) return;
    this.ask();
    if (this.#underWay !== null) await settlesWithin(this.#underWay.promise, waitMaxMs);
  }
}
