/** Nobody waits any more for what was to be done. */
export class UnwantedError extends Error {
  override readonly name = "UnwantedError";
}

/**
 * Lets a limited number of tasks run at once. The others wait in lines, one for each whom the limit
 * is shared by, and the lines take turns: whoever wants much waits for it alone.
 */
export class FairLimit {
  #running = 0;
  /** In the order of their turns. */
  readonly #waiting = new Map<FairLine, (() => void)[]>();

  constructor(readonly runningMax: number) {}

  openLine(): FairLine {
    return new FairLine(this);
  }

  /** For a line. Settles when its turn has come; `leave` is to be called in the end. */
  async enter(line: FairLine): Promise<void> {
    if (this.#running < this.runningMax) {
      this.#running++;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(line);
    if (waiting === undefined) this.#waiting.set(line, [resolve]);
    else waiting.push(resolve);
    await promise;
  }

  leave(): void {
    const [turn] = this.#waiting;
    if (turn === undefined) {
      this.#running--;
      return;
    }
    const [line, [begin, ...others]] = turn;
    // To the end of the round.
    this.#waiting.delete(line);
    if (others.length > 0) this.#waiting.set(line, others);
    begin();
  }
}

/** The line of one of those who share a limit. */
export class FairLine {
  readonly #limit: FairLimit;

  constructor(limit: FairLimit) {
    this.#limit = limit;
  }

  /** Rejects with UnwantedError when `isWanted` says no when the turn has come. */
  async run<T>(task: () => Promise<T>, isWanted: () => boolean): Promise<T> {
    await this.#limit.enter(this);
    try {
      if (!isWanted()) throw new UnwantedError("Nobody waits for it any more");
      return await task();
    } finally {
      this.#limit.leave();
    }
  }
}
