/**
 * What happens to the computers of one stream. First comes the state as it is, then each change.
 * Nothing is queued: a reader is told what has changed when it asks.
 */
import { formatHostAddress } from "../connect/host-address.ts";
import type { CloseReason } from "../watch/host-events.ts";
import type { Fact, FactName } from "../watch/state-feed.ts";
import type { LiveConnection } from "./streams.ts";

export interface LiveEvent {
  readonly name: FactName;
  /** Never falls from one event of a stream to the next. */
  readonly number: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventSubscriptionOptions {
  /** Events up to this number have been told already. */
  readonly toldUpTo?: number;
  /** Says why a connection is closed. */
  readonly describeClosed: (reason: CloseReason) => string;
}

interface Subscribed {
  readonly connection: LiveConnection;
  readonly unlisten: () => void;
  /** The number of the last event told of each name. */
  readonly told: Map<FactName, number>;
}

export class EventSubscription {
  readonly #toldUpTo: number;
  readonly #describeClosed: (reason: CloseReason) => string;
  /** By the place of the connection in the stream. */
  readonly #subscribed = new Map<number, Subscribed>();
  /** The ends that have not been told. */
  readonly #ends: LiveEvent[] = [];
  #lastNumber: number;
  #isClosed = false;
  #wake = () => {};

  constructor({ toldUpTo = 0, describeClosed }: EventSubscriptionOptions) {
    this.#toldUpTo = toldUpTo;
    this.#lastNumber = toldUpTo;
    this.#describeClosed = describeClosed;
  }

  add(place: number, connection: LiveConnection): void {
    const unlisten = connection.content.state.listen(() => this.#wake());
    this.#subscribed.set(place, { connection, unlisten, told: new Map() });
    this.#wake();
  }

  /** The connection at that place is no more, or was none. */
  end(place: number, reason: CloseReason): void {
    const subscribed = this.#subscribed.get(place);
    subscribed?.unlisten();
    this.#subscribed.delete(place);
    const data = {
      connection: place,
      host: subscribed === undefined ? null : hostOf(subscribed),
      state: "closed",
      reason,
      details: this.#describeClosed(reason),
    };
    this.#ends.push({ name: "connection", number: this.#lastNumber, data });
    this.#wake();
  }

  /** All connections end for the same reason. */
  endAll(reason: CloseReason): void {
    for (const place of this.#subscribed.keys()) this.end(place, reason);
  }

  /** What has not been told yet is still told. */
  close(): void {
    this.#isClosed = true;
    for (const { unlisten } of this.#subscribed.values()) unlisten();
    this.#subscribed.clear();
    this.#wake();
  }

  /** Whether everything has been told. */
  get isOver(): boolean {
    return this.#isClosed && this.#ends.length === 0;
  }

  /** What has not been told yet, none after `waitMaxMs`. */
  async next(waitMaxMs: number): Promise<LiveEvent[]> {
    let events = this.#take();
    if (events.length === 0 && !this.isOver) {
      await this.#news(waitMaxMs);
      events = this.#take();
    }
    return events;
  }

  async #news(waitMaxMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMaxMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = () => {};
  }

  #take(): LiveEvent[] {
    const events = [...this.#subscribed].flatMap(([place, subscribed]) =>
      subscribed.connection.content.state.facts
        .filter(({ name, number }) => number > (subscribed.told.get(name) ?? this.#toldUpTo))
        .map((fact) => tell(place, subscribed, fact)),
    );
    events.sort((a, b) => a.number - b.number);
    this.#lastNumber = events.at(-1)?.number ?? this.#lastNumber;
    return [...events, ...this.#ends.splice(0)];
  }
}

function tell(place: number, subscribed: Subscribed, { name, number, data }: Fact): LiveEvent {
  const isAgain = subscribed.told.has(name);
  subscribed.told.set(name, number);
  const isBack = name === "connection" && isAgain && data.state === "online";
  const now = isBack ? { ...data, state: "back" } : data;
  return { name, number, data: { connection: place, host: hostOf(subscribed), ...now } };
}

function hostOf({ connection }: Subscribed): string {
  return formatHostAddress(connection.content.host.address);
}
