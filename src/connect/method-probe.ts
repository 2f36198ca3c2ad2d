import { LRUCache } from "lru-cache";
import type { Asker } from "../net/asker.ts";
import type { HostGuard } from "../net/host-guard.ts";
import { FairQueue, QueueFullError } from "../scheduling/fair-queue.ts";
import { SharedTasks } from "../scheduling/shared-tasks.ts";
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

/** Hosts that are being asked. A connection is open for each. */
const probeLimits = { what: "questions for methods", runningMax: 512, waitingMax: 0 };

interface Answer {
  readonly methods: readonly AuthenticationMethod[];
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
  readonly #queue = new FairQueue(probeLimits);
  readonly #underWay = new SharedTasks<readonly AuthenticationMethod[]>();
  readonly #closing = new AbortController();

  /** `timeoutMs`: for connecting and the host's answer together. */
  constructor(connector: HostConnector, timeoutMs: number) {
    this.#connector = connector;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Throws HostError. A host that is being asked is given up when all who wait for its answer have
   * left.
   */
  async methods(
    address: HostAddress,
    { signal, caller, guard = null }: Asker,
  ): Promise<readonly AuthenticationMethod[]> {
    this.#connector.checkAllowed(address, guard);
    const key = keyOf(address, guard);
    const known = this.#answers.get(key);
    if (known !== undefined) return known.methods;
    const join = () =>
      this.#underWay.run(key, signal, (abandoned) =>
        this.#ask(key, address, { signal: abandoned, caller, guard }),
      );
    try {
      return await (this.#underWay.has(key) ? join() : this.#queue.run(caller, signal, join));
    } catch (error) {
      if (error instanceof QueueFullError) throw new HostError("overloaded", error.message);
      throw signal.aborted ? HostError.abandoned(formatHostAddress(address), error) : error;
    }
  }

  /**
   * The connection that has asked this host for the same guard, if it still waits, and if the host
   * is trusted as it was then. It then belongs to the caller.
   */
  takeWaiting(address: HostAddress, guard: HostGuard | null = null): VeyonConnection | null {
    const answer = this.#answers.get(keyOf(address, guard));
    const waiting = answer === undefined ? null : release(answer);
    if (waiting === null || this.#connector.isTrusted(waiting)) return waiting;
    waiting.connection.close();
    return null;
  }

  /** Gives up what is being asked, which then fails as cancelled, and forgets the rest. */
  close(): void {
    this.#closing.abort();
    this.#answers.clear();
  }

  async #ask(
    key: string,
    address: HostAddress,
    asker: Asker,
  ): Promise<readonly AuthenticationMethod[]> {
    const closing = this.#closing.signal;
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const signal = AbortSignal.any([asker.signal, closing, timeout]);
    try {
      const veyon = await this.#connector.dial(address, { ...asker, signal });
      this.#keep(key, veyon);
      return veyon.offer.methods;
    } catch (error) {
      throw closing.aborted ? HostError.cancelled(formatHostAddress(address), error) : error;
    }
  }

  #keep(key: string, veyon: VeyonConnection): void {
    if (this.#closing.signal.aborted) {
      veyon.connection.close();
      return;
    }
    const answer: Answer = {
      methods: veyon.offer.methods,
      waiting: veyon,
      waitingTimer: setTimeout(() => release(answer)?.connection.close(), waitingMaxMs),
    };
    this.#answers.set(key, answer);
    void veyon.connection.closed.then(() => {
      if (answer.waiting === veyon) release(answer);
    });
  }
}

/** What one may know of a host may be nothing for another who may not call it. */
export function keyOf(address: HostAddress, guard: HostGuard | null): string {
  const host = formatHostAddress(address);
  return guard === null ? host : `${host} ${guard.id}`;
}

function release(answer: Answer): VeyonConnection | null {
  const { waiting } = answer;
  answer.waiting = null;
  if (answer.waitingTimer !== null) clearTimeout(answer.waitingTimer);
  answer.waitingTimer = null;
  return waiting;
}
