/** Lets a limited number of tasks run at once; the others wait in order. */
export class ConcurrencyLimit {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly runningMax: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.runningMax) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
