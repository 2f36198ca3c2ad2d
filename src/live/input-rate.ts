import type { Input } from "../hosts/input/input.ts";

/** What somebody may do to a host: far more than hands can, and less than floods it. */
export const inputRate = {
  /** Keys and pointer events. */
  eventsPerSecond: 500,
  /** The same at once, after a pause. */
  eventsMax: 2000,
  /** Of a text that is copied, UTF-16 units that count as one event. */
  unitsPerEvent: 64,
} as const;

/** Counts what somebody does: a bucket that is filled at the allowed pace. */
export class InputRate {
  #events: number = inputRate.eventsMax;
  #countedAtMs = performance.now();

  /** Gives whether there is room for it, and then takes that. */
  take(input: Input): boolean {
    const nowMs = performance.now();
    const filled = ((nowMs - this.#countedAtMs) / 1000) * inputRate.eventsPerSecond;
    this.#events = Math.min(this.#events + filled, inputRate.eventsMax);
    this.#countedAtMs = nowMs;
    const events = eventsOf(input);
    if (events > this.#events) return false;
    this.#events -= events;
    return true;
  }
}

/** To let go costs nothing: what stays down is worse than what comes too fast. */
function eventsOf(input: Input): number {
  switch (input.kind) {
    case "pointer":
      return input.buttonMask === 0 ? 0 : 1;
    case "key":
      return input.isDown ? 1 : 0;
    case "text":
      return input.keysyms.length;
    case "clipboard":
      return 1 + Math.ceil(input.text.length / inputRate.unitsPerEvent);
  }
}
