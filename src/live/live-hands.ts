import type { Logger } from "../log/logger.ts";
import { Hands } from "./hands.ts";
import type { LiveConnection, StreamOwner } from "./streams.ts";

/** The hands of somebody at a live socket, on any of its computers. */
export class LiveHands {
  readonly #owner: StreamOwner;
  readonly #log: Logger;
  readonly #hands = new Map<LiveConnection, Hands>();

  constructor(owner: StreamOwner, log: Logger) {
    this.#owner = owner;
    this.#log = log;
  }

  on(connection: LiveConnection): Hands {
    const known = this.#hands.get(connection);
    if (known !== undefined) return known;
    const hands = new Hands(connection, this.#owner, this.#log);
    this.#hands.set(connection, hands);
    return hands;
  }

  /** Lets go of what they hold there. */
  withdraw(connection: LiveConnection): void {
    this.#hands.get(connection)?.withdraw();
    this.#hands.delete(connection);
  }

  withdrawAll(): void {
    for (const connection of this.#hands.keys()) this.withdraw(connection);
  }
}
