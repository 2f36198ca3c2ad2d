/**
 * What a host says about itself, as fresh as it is wanted. Veyon pushes changes only when it relays
 * a picture, so a still screen keeps them back: each part is asked for at the moment of the
 * request, which takes about a millisecond.
 */
import { HostError } from "../connect/host-error.ts";
import type { FeatureMessage, ReceivedFeatureMessage } from "../veyon/feature-message.ts";
import { featureIds } from "../veyon/feature-ids.ts";
import { query } from "../veyon/state-messages.ts";
import { HostState, type StatePart, statePartOf } from "./host-state.ts";
import { StateQuery } from "./state-query.ts";

/** How old an answer may be, and how long a busy host is waited for. */
const ageMaxMs = 20;
const waitMaxMs = 250;

/** How long after the login a host may take to say something for the first time. */
const firstAnswerWithinMs = 3000;

/** What a host said longer ago than it is ever busy is no answer any more. */
const ageLimitMs = 15_000;

export class FreshState {
  readonly known = new HostState();
  readonly #beganAtMs = performance.now();
  readonly #queries: Readonly<Record<StatePart, StateQuery>>;

  /** `send` takes questions to the host. */
  constructor(send: (message: FeatureMessage) => void) {
    const ask = (feature: string) => new StateQuery(() => send(query(feature)));
    this.#queries = {
      user: ask(featureIds.userInfo),
      session: ask(featureIds.sessionInfo),
      features: ask(featureIds.queryActiveFeatures),
      screens: ask(featureIds.queryScreens),
      version: ask(featureIds.queryApplicationVersion),
    };
  }

  /** Asks for one part, if its answer is not on its way. */
  ask(part: StatePart): void {
    this.#queries[part].ask();
  }

  /** Whether the host has said anything of it. */
  hasSaid(part: StatePart): boolean {
    return this.#queries[part].ageMs < Infinity;
  }

  askEverything(): void {
    for (const each of Object.values(this.#queries)) each.ask();
  }

  /**
   * For a sign of life: two questions, since a host's administrator may have switched one of the
   * features off.
   */
  askForSign(): void {
    this.#queries.features.ask();
    this.#queries.user.ask();
  }

  /**
   * Takes in a message; gives the part of the state that it has changed, null if it has changed
   * nothing.
   */
  take(message: ReceivedFeatureMessage): StatePart | null {
    const part = statePartOf(message);
    if (part === null) return null;
    const isChanged = this.known.fold(part, message);
    this.#queries[part].answered();
    return isChanged ? part : null;
  }

  /**
   * Makes a part what the host says now; of a busy host, what it has said in the last 15 s. Throws
   * HostError (silent) if that is nothing. `firstWaitMs`: how long to wait for the first answer.
   */
  async refresh(part: Exclude<StatePart, "user" | "session">, firstWaitMs?: number): Promise<void> {
    await this.#refresh(part, firstWaitMs);
  }

  /** The same for the user. Its session's number is refreshed as well, if there is one. */
  async refreshUser(firstWaitMs?: number): Promise<void> {
    // A host may do without that feature.
    const session = this.refreshSession(firstWaitMs).catch(() => {});
    await this.#refresh("user", firstWaitMs);
    await session;
  }

  /** The same for the session; hosts before 4.8.0 have none. */
  async refreshSession(firstWaitMs?: number): Promise<void> {
    if (this.known.session !== null) return this.#refresh("session", firstWaitMs);
    await this.#refresh("user", firstWaitMs);
    if (this.known.user!.sessionId === null) await this.#refresh("session", firstWaitMs);
  }

  /** The number of the desktop session; -1 when nobody is logged on or the host has not said it. */
  get sessionId(): number {
    return this.known.session?.sessionId ?? this.known.user?.sessionId ?? -1;
  }

  async #refresh(
    part: StatePart,
    firstWaitMs = Math.max(waitMaxMs, firstAnswerWithinMs - this.#ageMs),
  ): Promise<void> {
    const asked = this.#queries[part];
    await asked.refresh(ageMaxMs, asked.ageMs <= ageLimitMs ? waitMaxMs : firstWaitMs);
    if (asked.ageMs <= ageLimitMs) return;
    const sinceMs = Math.round(Math.min(asked.ageMs, this.#ageMs));
    throw new HostError("silent", `the host has not said ${questions[part]} for ${sinceMs} ms`);
  }

  get #ageMs(): number {
    return performance.now() - this.#beganAtMs;
  }
}

const questions: Readonly<Record<StatePart, string>> = {
  user: "who is logged on",
  session: "which session it has",
  features: "which features are active",
  screens: "which screens it has",
  version: "which version it is",
};
