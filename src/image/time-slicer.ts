/**
 * Milliseconds of work in one turn of the event loop, after which sockets and timers have theirs.
 */
const sliceMs = 1;

/** Work that is done step by step; a generator is one. */
interface Work<T> {
  next(): IteratorResult<void, T>;
}

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Does long work on the JS thread in slices, first come, first served. One slicer serves the whole
 * process, so that many jobs together hold the event loop no longer than one.
 */
export class TimeSlicer {
  readonly #jobs: Job[] = [];

  /** Runs the work to its end; one step of it must not take long. */
  run<T>(work: Work<T>): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#jobs.length === 1) setImmediate(() => this.#turn());
    });
  }

  /** Runs work that cannot be cut into steps, when its turn has come. */
  runWhole<T>(work: () => T): Promise<Awaited<T>> {
    return this.run({ next: () => ({ done: true, value: work() }) });
  }

  #turn(): void {
    const end = performance.now() + sliceMs;
    do {
      const job = this.#jobs[0];
      try {
        const step = job.work.next();
        if (step.done !== true) continue;
        job.resolve(step.value);
      } catch (error) {
        job.reject(error);
      }
      this.#jobs.shift();
    } while (this.#jobs.length > 0 && performance.now() < end);
    if (this.#jobs.length > 0) setImmediate(() => this.#turn());
  }
}
