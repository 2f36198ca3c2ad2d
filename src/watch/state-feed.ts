/**
 * Tells what a computer says of itself, to as many as want to know. What is told are facts, each
 * with a number that rises when it becomes another one; whoever remembers the numbers gets each
 * change once, and one who is slow the newest.
 *
 * Veyon pushes changes only when it relays a picture, so a still screen keeps them back. As long as
 * somebody listens the host is asked, for its features, and so for locks, as often as it looks
 * itself.
 */
import type { Host } from "../hosts/host.ts";
import type { HostSession } from "../hosts/host-session.ts";
import type { StatePart } from "../hosts/host-state.ts";
import type { HostEvent, HostEvents } from "./host-events.ts";
import { describeFeatures, describeScreens, describeSession, describeUser } from "./known-state.ts";

const factNames = ["connection", "user", "session", "features", "screens"] as const;
export type FactName = (typeof factNames)[number];

export interface Fact {
  readonly name: FactName;
  /** Among those of all computers. */
  readonly number: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Veyon Server itself finds out about its features every 250 ms. */
const askFeaturesMs = 250;

/** About all else a host is asked with every fourth question for its features. */
const otherTurns = 4;

/** How long a listener waits for a host that is busy before it is told what is known. */
const firstWaitMs = 250;

/** What does not make a fact another one: it changes all the time. */
const unimportant: Partial<Record<FactName, string>> = { session: "sessionUptime" };

/** Counts the facts of all computers. */
let lastNumber = 0;

export class StateFeed {
  readonly #host: Host;
  readonly #events: HostEvents;
  readonly #listeners = new Set<() => void>();
  readonly #facts = new Map<FactName, Fact>();
  #timer: Timer | null = null;
  #turn = 0;
  #unsubscribe: () => void = () => {};
  /** Whether what is known of the host is what it says now. */
  #isFresh = false;

  constructor(host: Host, events: HostEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** What the host has said since it is there; of one that is lost no more than that. */
  get facts(): readonly Fact[] {
    const session = this.#isFresh ? this.#host.currentSession : null;
    return factNames.flatMap((name) => {
      const isKnown = name === "connection" || (session !== null && isSaid(session, name));
      return (isKnown ? this.#facts.get(name) : undefined) ?? [];
    });
  }

  /**
   * `onNews`: called when a fact has become another one, or is known at last. Gives what ends it.
   */
  listen(onNews: () => void): () => void {
    this.#listeners.add(onNews);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      if (this.#listeners.delete(onNews) && this.#listeners.size === 0) this.#end();
    };
  }

  #begin(): void {
    this.#unsubscribe = this.#events.subscribe((event) => this.#hear(event));
    this.#timer = setInterval(() => this.#ask(), askFeaturesMs);
    const { lost } = this.#host;
    if (lost === null) this.#note("connection", { state: "online" });
    else this.#note("connection", { state: "lost", reason: lost.failure, details: lost.message });
    void this.#refresh();
  }

  #end(): void {
    this.#unsubscribe();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#isFresh = false;
  }

  #hear(event: HostEvent): void {
    switch (event.kind) {
      case "changed":
        this.#look();
        break;
      case "lost": {
        const { failure, message } = event.reason;
        this.#isFresh = false;
        this.#note("connection", { state: "lost", reason: failure, details: message });
        break;
      }
      case "back":
        this.#note("connection", { state: "online" });
        void this.#refresh();
        break;
      case "closed":
        this.#end();
        return;
    }
    this.#tell();
  }

  #ask(): void {
    const state = this.#host.currentSession?.state;
    if (state === undefined) return;
    const isTurnOfAll = this.#turn++ % otherTurns === 0;
    const parts: StatePart[] = isTurnOfAll
      ? ["features", "user", "session", "screens"]
      : ["features"];
    for (const part of parts) state.ask(part);
    if (this.#look()) this.#tell();
  }

  async #refresh(): Promise<void> {
    const session = this.#host.currentSession;
    if (session === null) return;
    const { state } = session;
    await Promise.allSettled([
      state.refreshUser(firstWaitMs),
      state.refresh("features", firstWaitMs),
      state.refresh("screens", firstWaitMs),
    ]);
    if (this.#timer === null || this.#host.currentSession !== session) return;
    this.#isFresh = true;
    this.#look();
    this.#tell();
  }

  /** Takes in what the host has said; gives whether that is something new. */
  #look(): boolean {
    const session = this.#host.currentSession;
    if (session === null) return false;
    let isNew = false;
    for (const name of factNames) {
      if (name === "connection" || !isSaid(session, name)) continue;
      if (this.#note(name, describe[name](session))) isNew = true;
    }
    return isNew;
  }

  #note(name: FactName, data: Fact["data"]): boolean {
    const before = this.#facts.get(name);
    const isSame = before !== undefined && isEqual(before.data, data, unimportant[name]);
    this.#facts.set(name, { name, number: isSame ? before.number : ++lastNumber, data });
    return !isSame;
  }

  #tell(): void {
    for (const onNews of this.#listeners) onNews();
  }
}

function isEqual(a: Fact["data"], b: Fact["data"], ignored: string | undefined): boolean {
  if (ignored === undefined) return Bun.deepEquals(a, b);
  return Bun.deepEquals({ ...a, [ignored]: null }, { ...b, [ignored]: null });
}

const describe: Record<Exclude<FactName, "connection">, (session: HostSession) => Fact["data"]> = {
  user: describeUser,
  session: describeSession,
  features: describeFeatures,
  screens: describeScreens,
};

/** Whether the host has said it. Hosts before 4.8.0 say something of the session with the user. */
function isSaid({ state }: HostSession, name: Exclude<FactName, "connection">): boolean {
  if (state.hasSaid(name)) return true;
  return name === "session" && typeof state.known.user?.sessionId === "number";
}
