import { LRUCache } from "lru-cache";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import type { HostConnector } from "./host-connector.ts";
import { HostError } from "./host-error.ts";
import type { VeyonConnection } from "./veyon-connection.ts";

/**
 * A host logs, and may show its user, a failed login for each time that it is asked and then left.
 */
const answerAgeMaxMs = 30_000;

/**
 * How long the connection that has asked waits for a login on it. Hosts of 4.11.1 end it after 30
 * s.
 */
const waitingMaxMs = 10_000;

/** Hosts whose answers are kept. */
const answersMax = 1024;

interface Answer {
  readonly methods: Promise<readonly AuthenticationMethod[]>;
  waiting: VeyonConnection | null;
  waitingTimer: Timer | null;
}

/**
 * Asks hosts for their authentication methods, seldom, and keeps the connection for a login that
 * may follow.
 */
export class MethodProbe {
  readonly #connector: HostConnector;
  readonly #timeoutMs: number;
  readonly #answers = new LRUCache<string, Answer>({
    max: answersMax,
    ttl: answerAgeMaxMs,
    ttlAutopurge: true,
    dispose: (answer) => release(answer)?.connection.close(),
  });
  readonly #closing = new AbortController();

  /** `timeoutMs`: for connecting and the host's answer together. */
  constructor(connector: HostConnector, timeoutMs: number) {
    this.#connector = connector;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws HostError. */
  methods(address: HostAddress): Promise<readonly AuthenticationMethod[]> {
    const key = formatHostAddress(address);
    const known = this.#answers.get(key);
    if (known !== undefined) return known.methods;
    const answer: Answer = {
      methods: this.#ask(key, address),
      waiting: null,
      waitingTimer: null,
    };
    this.#answers.set(key, answer);
    return answer.methods;
  }

  /** The connection that has asked this host, if it still waits. It then belongs to the caller. */
  takeWaiting(address: HostAddress): VeyonConnection | null {
    const answer = this.#answers.get(formatHostAddress(address));
    return answer === undefined ? null : release(answer);
  }

  /** Gives up what is being asked, which then fails as cancelled, and forgets the rest. */
  close(): void {
    this.#closing.abort();
    this.#answers.clear();
  }

  async #ask(key: string, address: HostAddress): Promise<readonly AuthenticationMethod[]> {
    const closing = this.#closing.signal;
    try {
      const signal = AbortSignal.any([closing, AbortSignal.timeout(this.#timeoutMs)]);
      const veyon = await this.#connector.dial(address, { signal });
      this.#wait(key, veyon);
      return veyon.offer.methods;
    } catch (error) {
      // Nobody was asked, or nobody understood: the next call may try again at once.
      this.#answers.delete(key);
      throw closing.aborted ? HostError.cancelled(key, error) : error;
    }
  }

  #wait(key: string, veyon: VeyonConnection): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) {
      veyon.connection.close();
      return;
    }
    answer.waiting = veyon;
    answer.waitingTimer = setTimeout(() => release(answer)?.connection.close(), waitingMaxMs);
    void veyon.connection.closed.then(() => {
      if (answer.waiting === veyon) release(answer);
    });
  }
}

function release(answer: Answer): VeyonConnection | null {
  const { waiting } = answer;
  answer.waiting = null;
  if (answer.waitingTimer !== null) clearTimeout(answer.waitingTimer);
  answer.waitingTimer = null;
  return waiting;
}
