import { Histogram, type Registry } from "prom-client";

const delaySecondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

const sampleEveryMs = 1000;

/** Longer than anybody waits between two scrapes. */
const scrapedWithinMs = 5 * 60_000;

/**
 * By how much timers are late, since other work is in their way: looked at once a second, and only
 * while somebody reads it, so that an idle server stays asleep.
 */
export class EventLoopDelay {
  readonly #delays: Histogram;
  #timer: NodeJS.Timeout | null = null;
  #scrapedAtMs = -Infinity;

  constructor(registry: Registry) {
    this.#delays = new Histogram({
      name: "veyon_webapi_event_loop_delay_seconds",
      help: "By how much a timer was late, once a second, from the first scrape on",
      buckets: delaySecondsBuckets,
      registers: [registry],
    });
  }

  scraped(): void {
    this.#scrapedAtMs = performance.now();
    if (this.#timer === null) this.#sample();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #sample(): void {
    const dueAtMs = performance.now() + sampleEveryMs;
    this.#timer = setTimeout(() => {
      const nowMs = performance.now();
      this.#delays.observe(Math.max(0, nowMs - dueAtMs) / 1000);
      this.#timer = null;
      if (nowMs - this.#scrapedAtMs < scrapedWithinMs) this.#sample();
    }, sampleEveryMs).unref();
  }
}
