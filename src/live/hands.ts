/** Somebody's hands on a computer, for those who can be told that what they do is in vain. */
import type { Input } from "../hosts/input/input.ts";
import type { Logger } from "../log/logger.ts";
import { LimitError } from "../watch/limit-error.ts";
import { controlLog } from "./control-log.ts";
import { HeldInput } from "./held-input.ts";
import { InputRate, inputRate } from "./input-rate.ts";
import type { LiveConnection, StreamOwner } from "./streams.ts";

export class Hands {
  readonly #held: HeldInput;
  readonly #rate = new InputRate();

  /** `owner`: for the log, which has when they begin and end, and never what they do. */
  constructor(connection: LiveConnection, owner: StreamOwner, log: Logger) {
    this.#held = new HeldInput(connection.content, controlLog(log, owner, connection));
  }

  /** The buttons that they hold, a bit for each. */
  get buttonMask(): number {
    return this.#held.buttonMask;
  }

  /** Throws LimitError when it comes too fast, and HostError (lost). */
  take(input: Input): void {
    if (!this.#rate.take(input)) {
      const { eventsMax, eventsPerSecond } = inputRate;
      throw new LimitError(
        `over ${eventsMax} keys and pointer events at once, or ${eventsPerSecond} a second, the limit of this server`,
      );
    }
    switch (input.kind) {
      case "pointer":
        this.#held.pointer(input.x, input.y, input.buttonMask);
        return;
      case "key":
        this.#held.key(input.keysym, input.isDown);
        return;
      case "text":
        for (const keysym of input.keysyms) {
          this.#held.key(keysym, true);
          this.#held.key(keysym, false);
        }
        return;
      case "clipboard":
        this.#held.clipboard(input.text);
    }
  }

  /** Takes them off the computer, and lets go of what they hold. They may come back. */
  withdraw(): void {
    this.#held.withdraw();
  }
}
