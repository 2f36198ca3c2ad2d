import { LRUCache } from "lru-cache";
import { FairQueue, type FairQueueLimits, QueueFullError } from "../../scheduling/fair-queue.ts";
import { SharedTasks } from "../../scheduling/shared-tasks.ts";
import type { Asker } from "../asker.ts";
import { ConnectError, type ConnectFailure } from "../connect-error.ts";

export type LookupFailure = Extract<ConnectFailure, "unknown-name" | "no-name-server">;

/** The addresses of a name, at least one, or why there is none. */
export type Answer = readonly string[] | LookupFailure;

/** Names whose answers are kept. */
const answersMax = 4096;

/** A computer that has got another address is found again after this. */
const addressesAgeMaxMs = 10_000;

/** A mistake that has been mended may show so much longer. */
const failureAgeMaxMs = 2000;

export interface AnswerSourceOptions extends FairQueueLimits {
  readonly ask: (name: string, abandoned: AbortSignal) => Promise<Answer>;
  /** Whether `ask` ends soon when it is abandoned. If not, it keeps its place until it does. */
  readonly canBeGivenUp: boolean;
}

const unaborted = new AbortController().signal;

/**
 * Somebody who knows addresses, and is spared: few questions at a time, one for each name, callers
 * in turn, and answers are kept for seconds.
 */
export class AnswerSource {
  readonly #options: AnswerSourceOptions;
  readonly #queue: FairQueue;
  /** By caller and name: nobody waits for a turn in the line of somebody else. */
  readonly #wanted = new SharedTasks<Answer>();
  /** By name. */
  readonly #asked = new SharedTasks<Answer>();
  readonly #answers = new LRUCache<string, Answer>({ max: answersMax });

  constructor(options: AnswerSourceOptions) {
    this.#options = options;
    this.#queue = new FairQueue(options);
  }

  /** Throws ConnectError (overloaded), the signal's reason, and what `ask` throws. */
  async answer(name: string, { signal, caller }: Asker): Promise<Answer> {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    try {
      return await this.#wanted.run(`${caller} ${name}`, signal, (left) =>
        this.#queue.run(caller, left, () => this.#ask(name, left)),
      );
    } catch (error) {
      if (error instanceof QueueFullError) throw new ConnectError("overloaded", error.message);
      throw error;
    }
  }

  async #ask(name: string, left: AbortSignal): Promise<Answer> {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    const { ask, canBeGivenUp } = this.#options;
    return this.#asked.run(name, canBeGivenUp ? left : unaborted, async (abandoned) => {
      const answer = await ask(name, abandoned);
      const ttl = typeof answer === "string" ? failureAgeMaxMs : addressesAgeMaxMs;
      this.#answers.set(name, answer, { ttl });
      return answer;
    });
  }
}
