import type { LogFields } from "./log-fields.ts";
import type { LogMethod } from "./logger.ts";

const periodMs = 60_000;

const usualLinesMax = 10;

/**
 * The lines of an event that anybody can cause as often as he likes: a scanner must not fill the
 * log.
 */
export class LimitedLog {
  #count = 0;
  #period: Timer | null = null;

  constructor(
    private readonly write: LogMethod,
    private readonly event: string,
    /** In one period; more are counted and told when it is over. */
    private readonly linesMax = usualLinesMax,
  ) {}

  line(fields: LogFields): void {
    this.#period ??= setTimeout(() => this.flush(), periodMs).unref();
    this.#count++;
    if (this.#count <= this.linesMax) this.write(this.event, fields);
  }

  /** Ends the period. */
  flush(): void {
    if (this.#period !== null) clearTimeout(this.#period);
    this.#period = null;
    const omitted = this.#count - this.linesMax;
    if (omitted > 0) this.write(this.event, { omitted });
    this.#count = 0;
  }
}
