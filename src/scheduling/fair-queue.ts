/** So many wait already that one more cannot be served in time. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

export interface FairQueueLimits {
  /** Of what there is too much, for the error: "name lookups". */
  readonly what: string;
  /** Tasks under way at once; one caller has at most half of them, so that others have room. */
  readonly runningMax: number;
  /** Tasks of all callers that wait for their turn. */
  readonly waitingMax: number;
}

/** The tasks of one caller. */
interface Line {
  running: number;
  readonly waiting: Turn[];
}

interface Turn {
  begin(): void;
  refuse(error: unknown): void;
}

/**
 * Lets a limited number of tasks run at once. Each caller has a line of his own, and the lines take
 * turns, so that nobody waits behind all that somebody else has asked for.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  readonly #shareMax: number;
  /** Of callers who have something running or waiting; whose turn is next stands first. */
  readonly #lines = new Map<string, Line>();
  #running = 0;
  #waiting = 0;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
    this.#shareMax = Math.ceil(limits.runningMax / 2);
  }

  /** Tasks that have begun and are not over. */
  get running(): number {
    return this.#running;
  }

  get what(): string {
    return this.#limits.what;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * What the task gives, once it is its turn. A task whose signal is aborted before is dropped: the
   * signal's reason is thrown. Throws QueueFullError when too many wait.
   */
  async run<T>(caller: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const line = this.#lineOf(caller);
    try {
      if (this.#mayBegin(line)) this.#begin(line);
      else await this.#turn(line, signal);
      try {
        return await task();
      } finally {
        line.running--;
        this.#running--;
        this.#next();
      }
    } finally {
      if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(caller);
    }
  }

  #lineOf(caller: string): Line {
    const line = this.#lines.get(caller) ?? { running: 0, waiting: [] };
    this.#lines.set(caller, line);
    return line;
  }

  #mayBegin(line: Line): boolean {
    return this.#running < this.#limits.runningMax && line.running < this.#shareMax;
  }

  #begin(line: Line): void {
    line.running++;
    this.#running++;
  }

  /** Settles when it is this line's turn; the task has then begun. */
  async #turn(line: Line, signal: AbortSignal): Promise<void> {
    this.#makeRoom(line);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => signal.removeEventListener("abort", drop);
    const turn: Turn = {
      begin: () => {
        leave();
        resolve();
      },
      refuse: (error) => {
        leave();
        reject(error);
      },
    };
    const drop = () => {
      line.waiting.splice(line.waiting.indexOf(turn), 1);
      this.#waiting--;
      turn.refuse(signal.reason);
    };
    signal.addEventListener("abort", drop, { once: true });
    line.waiting.push(turn);
    this.#waiting++;
    await promise;
  }

  /** The longest line loses its end, be it the newcomer's own. */
  #makeRoom(newcomer: Line): void {
    const { runningMax, waitingMax, what } = this.#limits;
    if (this.#waiting < waitingMax) return;
    const error = new QueueFullError(
      `too many ${what}: this server takes ${runningMax} at once, half of them for one client, and lets ${waitingMax} wait`,
    );
    const lines = [...this.#lines.values()];
    const longest = lines.reduce((a, b) => (b.waiting.length > a.waiting.length ? b : a));
    if (longest.waiting.length <= newcomer.waiting.length + 1) throw error;
    this.#waiting--;
    longest.waiting.pop()?.refuse(error);
  }

  #next(): void {
    for (const [caller, line] of this.#lines) {
      if (this.#running >= this.#limits.runningMax) return;
      if (line.waiting.length === 0 || !this.#mayBegin(line)) continue;
      // To the end, behind all the others.
      this.#lines.delete(caller);
      this.#lines.set(caller, line);
      this.#begin(line);
      this.#waiting--;
      line.waiting.shift()?.begin();
      return;
    }
  }
}
