/** Prints what is being tried, one line a step, with the time that it took and what came of it. */
export class Steps {
  readonly #write: (line: string) => void;
  #startedMs = performance.now();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** The next step begins now. */
  begin(): void {
    this.#startedMs = performance.now();
  }

  ok(step: string, result: string): void {
    this.#line("ok", step, result);
  }

  failed(step: string, reason: string, cause: string): void {
    this.#line("FAILED", step, reason);
    if (cause !== "") this.#write(`${" ".repeat(9)}Likely cause: ${cause}`);
  }

  #line(outcome: string, step: string, text: string): void {
    const tookMs = (performance.now() - this.#startedMs).toFixed(0);
    this.#write(`${outcome.padEnd(7)}  ${step.padEnd(9)} ${tookMs.padStart(6)} ms  ${text}`);
    this.begin();
  }
}
