import type { ReceivedFeatureMessage } from "../veyon/feature-message.ts";

/** Older messages are forgotten: a demo runs for days. */
const messagesMax = 1000;

type Predicate = (message: ReceivedFeatureMessage) => boolean;

/** The feature messages that clients have sent, in order. */
export class ReceivedMessages {
  readonly all: ReceivedFeatureMessage[] = [];
  readonly listeners = new Set<(message: ReceivedFeatureMessage) => void>();
  readonly #claimed = new WeakSet<ReceivedFeatureMessage>();
  readonly #waiting: { predicate: Predicate; resolve(message: ReceivedFeatureMessage): void }[] =
    [];

  add(message: ReceivedFeatureMessage): void {
    this.all.push(message);
    if (this.all.length > messagesMax) this.all.shift();
    const index = this.#waiting.findIndex(({ predicate }) => predicate(message));
    if (index !== -1) {
      this.#claimed.add(message);
      this.#waiting.splice(index, 1)[0].resolve(message);
    }
    for (const listener of this.listeners) listener(message);
  }

  /**
   * The first match that `next` has not given out before, whether it is here already or comes
   * later.
   */
  next(predicate: Predicate): Promise<ReceivedFeatureMessage> {
    const known = this.all.find((message) => !this.#claimed.has(message) && predicate(message));
    if (known !== undefined) {
      this.#claimed.add(known);
      return Promise.resolve(known);
    }
    return new Promise((resolve) => this.#waiting.push({ predicate, resolve }));
  }
}
