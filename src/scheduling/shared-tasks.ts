interface Task<Value> {
  readonly value: Promise<Value>;
  readonly abandoned: AbortController;
  waiters: number;
}

/**
 * Work that several want at the same time is done once. It goes on as long as one of them waits,
 * and is given up when the last one has left.
 */
export class SharedTasks<Value> {
  readonly #tasks = new Map<string, Task<Value>>();

  /** Whether it is under way. */
  has(key: string): boolean {
    return this.#tasks.has(key);
  }

  /**
   * What the work with this key gives; `work` is called unless it is under way. Throws the signal's
   * reason when that is aborted before, and what `work` throws.
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (abandoned: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    signal.throwIfAborted();
    const task = this.#tasks.get(key) ?? this.#begin(key, work);
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    task.waiters++;
    try {
      return await Promise.race([task.value, left]);
    } finally {
      signal.removeEventListener("abort", leave);
      task.waiters--;
      // Who comes now begins anew.
      if (task.waiters === 0 && this.#forget(key, task)) task.abandoned.abort();
    }
  }

  #begin(key: string, work: (abandoned: AbortSignal) => Promise<Value>): Task<Value> {
    const abandoned = new AbortController();
    const task: Task<Value> = { value: work(abandoned.signal), abandoned, waiters: 0 };
    this.#tasks.set(key, task);
    // Those who wait learn of an error; there may be none any more.
    task.value.catch(() => {}).finally(() => this.#forget(key, task));
    return task;
  }

  /** Whether it was still there. */
  #forget(key: string, task: Task<Value>): boolean {
    return this.#tasks.get(key) === task && this.#tasks.delete(key);
  }
}
