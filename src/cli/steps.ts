/** What comes from a host may be of any length. */
const textCharactersMax = 400;

/** Characters that move a terminal's cursor, or turn the direction of writing. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Prints what is being tried, one line a step, with the time that it took and what came of it. */
export class Steps {
  readonly #write: (line: string) => void;
  #startedMs = performance.now();
  #step = "";

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** The one that has begun last. */
  get step(): string {
    return this.#step;
  }

  /** The next step begins now. */
  begin(step: string): void {
    this.#step = step;
    this.#startedMs = performance.now();
  }

  ok(result: string): void {
    this.#line("ok", result);
  }

  /** What was asked for has not come; the next step is tried all the same. */
  missing(reason: string): void {
    this.#line("MISSING", reason);
  }

  failed(reason: string, cause: string): void {
    this.#line("FAILED", reason);
    if (cause !== "") this.#write(`${" ".repeat(9)}Likely cause: ${cause}`);
  }

  #line(outcome: string, text: string): void {
    const tookMs = (performance.now() - this.#startedMs).toFixed(0);
    const shown = text.replaceAll(unsafe, "\ufffd");
    const short =
      shown.length > textCharactersMax ? `${shown.slice(0, textCharactersMax)}…` : shown;
    this.#write(`${outcome.padEnd(7)}  ${this.#step.padEnd(9)} ${tookMs.padStart(6)} ms  ${short}`);
  }
}
