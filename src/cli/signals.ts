/**
 * The signals that a server has to do with: SIGINT and SIGTERM stop it, at SIGHUP it reads its
 * settings again. main.ts loads this file before all others, since loading them takes a while, in
 * which a signal would end the program as if it did not care.
 */
import { isatty } from "node:tty";

const stopSignals = ["SIGINT", "SIGTERM"] as const;

const standardStreams = [0, 1, 2];

/** The program is over so long after the signal, whatever may hang: docs/operating.md has 5 s. */
const stopMaxMs = 4500;

export class Signals {
  /** The first SIGINT or SIGTERM. A second one ends the process at once, as without us. */
  readonly stop: Promise<NodeJS.Signals>;
  readonly #resolveStop: (signal: NodeJS.Signals) => void;
  readonly #terminals = standardStreams.filter((descriptor) => isatty(descriptor));
  #hangupCount = 0;
  #onHangup = () => {
    this.#hangupCount++;
  };
  #received: NodeJS.Signals | null = null;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
    this.stop = promise;
    this.#resolveStop = resolve;
    for (const signal of stopSignals) process.on(signal, this.#onStopSignal);
    process.on("SIGHUP", this.#onHangupSignal);
  }

  /** `callback` hears of each SIGHUP, of earlier ones at once. */
  whenHangup(callback: () => void): void {
    this.#onHangup = callback;
    for (; this.#hangupCount > 0; this.#hangupCount--) callback();
  }

  /**
   * For commands that end by themselves: signals do what they do to any program, also those that
   * came before.
   */
  release(): void {
    this.#releaseStopSignals();
    process.off("SIGHUP", this.#onHangupSignal);
    const received = this.#received ?? (this.#hangupCount > 0 ? "SIGHUP" : null);
    if (received !== null) process.kill(process.pid, received);
  }

  /** Ends the program unless it has ended by itself by then. */
  exitWithin(delayMs: number): void {
    setTimeout(() => process.exit(0), delayMs).unref();
  }

  readonly #onStopSignal = (signal: NodeJS.Signals) => {
    this.#releaseStopSignals();
    this.#received = signal;
    this.exitWithin(stopMaxMs);
    this.#resolveStop(signal);
  };

  /**
   * With its terminal a server that was started there is gone too: nobody would see it, or could
   * end it by Ctrl+C.
   */
  readonly #onHangupSignal = () => {
    if (this.#isTerminalGone()) this.#onStopSignal("SIGHUP");
    else this.#onHangup();
  };

  /** Windows sends it only when the window is closed. */
  #isTerminalGone(): boolean {
    return process.platform === "win32" || this.#terminals.some((terminal) => !isatty(terminal));
  }

  #releaseStopSignals(): void {
    for (const signal of stopSignals) process.off(signal, this.#onStopSignal);
  }
}

export const signals = new Signals();
