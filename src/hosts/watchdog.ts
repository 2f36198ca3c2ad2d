/**
 * Tells when a host is lost that does not say so: one that is frozen, or behind a network that is
 * interrupted. Any byte is a sign of life, so that a large picture over a slow network is one too.
 */
export interface WatchdogOptions {
  /** How many bytes have come from the host so far. */
  readonly receivedBytes: () => number;
  /** Asks the host something that it answers at once. */
  readonly askForSign: () => void;
  /** The host has been silent for too long. */
  readonly onSilence: (silentMs: number) => void;
  readonly times?: WatchdogTimes | undefined;
}

export interface WatchdogTimes {
  /** It is looked this often whether a host has sent nothing for as long, and has to be asked. */
  readonly heartbeatMs: number;
  /** A host that sends nothing for this long is taken for lost. */
  readonly silenceMaxMs: number;
}

/**
 * Below Veyon's own 20 s, and above the time for which a busy server says nothing: up to 6 s for a
 * key and 3 s for a wrong password.
 */
const defaultTimes: WatchdogTimes = { heartbeatMs: 4000, silenceMaxMs: 12_000 };

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #times: WatchdogTimes;
  readonly #timer: Timer;
  #receivedBytes = 0;
  #heardAtMs = performance.now();
  #lookedAtMs = performance.now();

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#times = options.times ?? defaultTimes;
    this.#timer = setInterval(() => this.#look(), this.#times.heartbeatMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { receivedBytes, askForSign, onSilence } = this.#options;
    const { heartbeatMs, silenceMaxMs } = this.#times;
    const nowMs = performance.now();
    const received = receivedBytes();
    // We were stopped ourselves: what the host has sent meanwhile has not been read yet.
    const wasPaused = nowMs - this.#lookedAtMs > 2 * heartbeatMs;
    if (received !== this.#receivedBytes || wasPaused) this.#heardAtMs = nowMs;
    this.#receivedBytes = received;
    this.#lookedAtMs = nowMs;
    const silentMs = nowMs - this.#heardAtMs;
    if (silentMs >= silenceMaxMs) onSilence(silentMs);
    else if (silentMs >= heartbeatMs || wasPaused) askForSign();
  }
}
