/**
 * Hands of those who send requests, each of which stands for itself. Whoever has sent none for a
 * while is taken to have gone, and lets go of what they hold.
 */
import type { Input } from "../hosts/input/input.ts";
import type { Logger } from "../log/logger.ts";
import { Hands } from "./hands.ts";
import type { LiveConnection, StreamOwner } from "./streams.ts";

export interface RequestHandsOptions {
  readonly log: Logger;
  /** How long after the last request. */
  readonly idleMs?: number;
}

const defaultIdleMs = 10_000;

interface Entry {
  readonly hands: Hands;
  readonly idleTimer: Timer;
}

export class RequestHands {
  readonly #log: Logger;
  readonly #idleMs: number;
  readonly #entries = new Map<LiveConnection, Entry>();

  constructor({ log, idleMs = defaultIdleMs }: RequestHandsOptions) {
    this.#log = log;
    this.#idleMs = idleMs;
  }

  /** The buttons that requests hold there, a bit for each. */
  buttonMask(connection: LiveConnection): number {
    return this.#entries.get(connection)?.hands.buttonMask ?? 0;
  }

  /** `owner`: of the first request. Throws LimitError, and HostError (lost). */
  take(connection: LiveConnection, owner: StreamOwner, input: Input): void {
    const { hands, idleTimer } = this.#entries.get(connection) ?? this.#open(connection, owner);
    idleTimer.refresh();
    hands.take(input);
  }

  #open(connection: LiveConnection, owner: StreamOwner): Entry {
    const hands = new Hands(connection, owner, this.#log);
    const end = () => {
      unsubscribe();
      clearTimeout(entry.idleTimer);
      this.#entries.delete(connection);
      hands.withdraw();
    };
    const unsubscribe = connection.content.events.subscribe(({ kind }) => {
      if (kind === "closed") end();
    });
    const entry: Entry = { hands, idleTimer: setTimeout(end, this.#idleMs) };
    this.#entries.set(connection, entry);
    return entry;
  }
}
