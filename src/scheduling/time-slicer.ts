/**
 * Does long work on the JS thread in slices, so that nobody waits long for sockets and timers. One
 * slicer serves the whole process: everybody's work together takes a slice of each turn of the
 * event loop. Whoever has work has a line of their own, and the lines take turns, so that one who
 * has a lot of it holds up nobody but themselves.
 */

/** Milliseconds of work in one turn of the event loop. */
const sliceMs = 2;

/** Work that is done step by step; a generator is one. A step must not take long. */
export interface Work<T> {
  next(): IteratorResult<void, T>;
}

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export class TimeSlicer {
  /** Lines in which somebody waits, the next one first. */
  readonly #waiting: WorkLine[] = [];
  /** When the slice of this turn is over; null as long as nothing was done in it. */
  #sliceEndMs: number | null = null;
  #isTurnPlanned = false;

  openLine(): WorkLine {
    return new WorkLine({
      isSliceOver: () => this.#isSliceOver(),
      enter: (line) => {
        this.#waiting.push(line);
        this.#planTurn();
      },
    });
  }

  #isSliceOver(): boolean {
    const nowMs = performance.now();
    if (this.#sliceEndMs === null) {
      this.#sliceEndMs = nowMs + sliceMs;
      this.#planTurn();
    }
    return nowMs >= this.#sliceEndMs;
  }

  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#turn();
    });
  }

  #turn(): void {
    const endMs = performance.now() + sliceMs;
    // Each line once: whoever comes anew in this turn waits for the next one.
    for (let lines = this.#waiting.length; lines > 0; lines--) {
      const line = this.#waiting.shift()!;
      const isHandedOver = line.work(endMs);
      if (line.isBusy) this.#waiting.push(line);
      if (isHandedOver || performance.now() >= endMs) break;
    }
    this.#sliceEndMs = null;
    if (this.#waiting.length > 0) this.#planTurn();
  }
}

/** What a line needs of its slicer. */
interface Slices {
  /** Begins the slice of this turn if nobody has. */
  isSliceOver(): boolean;
  /** Puts the line among those in which somebody waits. */
  enter(line: WorkLine): void;
}

/** The work of one of those who share a slicer, done in its order. */
export class WorkLine {
  readonly #slices: Slices;
  readonly #jobs: Job[] = [];
  #closed: Error | null = null;

  constructor(slices: Slices) {
    this.#slices = slices;
  }

  /** Whether somebody waits in it. */
  get isBusy(): boolean {
    return this.#jobs.length > 0;
  }

  /**
   * Does the work: at once as far as the slice of this turn reaches, and the rest in later ones.
   * Throws what the work throws, or what the line was closed with.
   */
  run<T>(work: Work<T>): T | Promise<T> {
    if (this.#closed !== null) throw this.#closed;
    while (!this.isBusy && !this.#slices.isSliceOver()) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
    return new Promise<T>((resolve, reject) => {
      if (!this.isBusy) this.#slices.enter(this);
      this.#jobs.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** For work that is no generator: null to go on, or what to wait for when the slice is over. */
  pause(): Promise<void> | null {
    if (!this.isBusy && !this.#slices.isSliceOver()) return null;
    return Promise.resolve(this.run(nothing));
  }

  /** Drops all work, now and later: whoever waits for it gets the reason. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const { reject } of this.#jobs.splice(0)) reject(reason);
  }

  /**
   * Works until the time is over or all is done; gives whether somebody has paused for this turn,
   * and goes on by themselves in it. For the slicer.
   */
  work(endMs: number): boolean {
    while (this.isBusy) {
      const { work, resolve, reject } = this.#jobs[0];
      if (work === nothing) {
        this.#jobs.shift();
        resolve(undefined);
        return true;
      }
      try {
        const step = work.next();
        if (step.done === true) {
          this.#jobs.shift();
          resolve(step.value);
        }
      } catch (error) {
        this.#jobs.shift();
        reject(error);
      }
      if (performance.now() >= endMs) break;
    }
    return false;
  }
}

/** What a pause waits for. */
const nothing: Work<void> = { next: () => ({ done: true, value: undefined }) };
