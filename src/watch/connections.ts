import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Uuid } from "../qt/uuid.ts";
import type { CloseReason } from "./host-events.ts";

export interface ConnectionLimits {
  readonly connectionsMax: number;
  /** Of these, what one client keeps when others need places. Null: half of them. */
  readonly connectionsPerClient?: number | null;
  readonly idleTimeoutMs: number;
  /** From the login on, whatever happens. */
  readonly lifetimeMs: number;
}

export interface Closable {
  close(reason: CloseReason): void;
}

/** What a Connection-Uid stands for. */
export interface Lease<Content> {
  readonly uid: Uuid;
  /** For logs: the uid itself opens the connection to whoever reads it. */
  readonly serial: number;
  readonly content: Content;
  /** The id of the access token that has opened it; null when there was none. */
  readonly owner: string | null;
  /** Unix time in ms. */
  readonly validUntilMs: number;
}

interface Entry<Content> extends Lease<Content> {
  readonly caller: string;
  readonly lifetimeTimer: Timer;
  /** Runs while nobody holds it. */
  idleTimer: Timer | null;
  holders: number;
}

interface Closed {
  readonly reason: CloseReason;
  readonly owner: string | null;
}

/** Closed connections whose reason is remembered, for a client that asks on. */
const closedMax = 512;

/**
 * The open API connections by uid, each with its idle time and its lifetime. A client takes as many
 * as there are places. When all are taken, one that has more than its share makes room for one that
 * has less: otherwise a single client could keep out all others.
 */
export class Connections<Content extends Closable> {
  /** The one that was used last is the last. */
  readonly #entries = new Map<Uuid, Entry<Content>>();
  readonly #closed = new LRUCache<Uuid, Closed>({ max: closedMax });
  #lastSerial = 0;

  constructor(readonly limits: ConnectionLimits) {}

  get size(): number {
    return this.#entries.size;
  }

  get isFull(): boolean {
    return this.size >= this.limits.connectionsMax;
  }

  /** Whether there is a place for this client, perhaps one that another client has to give up. */
  hasPlace(caller: string): boolean {
    return !this.isFull || this.#displaceable(caller) !== null;
  }

  /**
   * Takes over the content, which is closed with the connection; null when there is no place for
   * it. `caller`: who shares the places with others, as in net/asker.ts. `owner`: the id of the
   * access token that opens it; null without one.
   */
  add(content: Content, caller: string, owner: string | null = null): Lease<Content> | null {
    if (this.isFull) {
      const displaced = this.#displaceable(caller);
      if (displaced === null) return null;
      this.close(displaced, "displaced");
    }
    const { lifetimeMs } = this.limits;
    const uid = randomUUID();
    const entry: Entry<Content> = {
      uid,
      serial: ++this.#lastSerial,
      content,
      caller,
      owner,
      validUntilMs: Date.now() + lifetimeMs,
      lifetimeTimer: setTimeout(() => this.close(uid, "lifetime"), lifetimeMs),
      idleTimer: this.#startIdleTime(uid),
      holders: 0,
    };
    this.#entries.set(uid, entry);
    return entry;
  }

  all(): Iterable<Lease<Content>> {
    return this.#entries.values();
  }

  /** To its owner alone it is there. */
  find(uid: Uuid, owner: string | null = null): Lease<Content> | null {
    const entry = this.#entries.get(uid);
    return entry !== undefined && entry.owner === owner ? entry : null;
  }

  /** Whether it is the uid of a connection, to whomever it belongs, that is open or was of late. */
  hasGivenOut(uid: Uuid): boolean {
    return this.#entries.has(uid) || this.#closed.has(uid);
  }

  /**
   * Keeps the connection from being idle, as long as a request is answered or a stream is open, and
   * gives what ends that: the idle time then begins anew. The lifetime goes on.
   */
  hold(uid: Uuid): () => void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return () => {};
    entry.holders++;
    this.#entries.delete(uid);
    this.#entries.set(uid, entry);
    if (entry.idleTimer !== null) clearTimeout(entry.idleTimer);
    entry.idleTimer = null;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      entry.holders--;
      if (entry.holders > 0 || !this.#entries.has(uid)) return;
      entry.idleTimer = this.#startIdleTime(uid);
    };
  }

  /** Null for a uid that is open, was never given out to this owner, or was closed long ago. */
  whyClosed(uid: Uuid, owner: string | null = null): CloseReason | null {
    const closed = this.#closed.get(uid);
    return closed !== undefined && closed.owner === owner ? closed.reason : null;
  }

  close(uid: Uuid, reason: CloseReason): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#entries.delete(uid);
    clearTimeout(entry.lifetimeTimer);
    if (entry.idleTimer !== null) clearTimeout(entry.idleTimer);
    this.#closed.set(uid, { reason, owner: entry.owner });
    entry.content.close(reason);
  }

  closeAll(reason: CloseReason): void {
    this.closeSome(reason, () => true);
  }

  closeSome(reason: CloseReason, isMeant: (lease: Lease<Content>) => boolean): void {
    for (const lease of this.#entries.values()) if (isMeant(lease)) this.close(lease.uid, reason);
  }

  /** Of another client that has more than its share, while this one has less. */
  #displaceable(caller: string): Uuid | null {
    const counts = new Map<string, number>();
    for (const { caller: each } of this.#entries.values()) {
      counts.set(each, (counts.get(each) ?? 0) + 1);
    }
    const { connectionsMax, connectionsPerClient } = this.limits;
    const share = connectionsPerClient ?? Math.ceil(connectionsMax / 2);
    if ((counts.get(caller) ?? 0) >= share) return null;
    const candidates = [...this.#entries.values()].filter(
      (each) => counts.get(each.caller)! > share,
    );
    const found = candidates.find(({ holders }) => holders === 0) ?? candidates[0];
    return found?.uid ?? null;
  }

  #startIdleTime(uid: Uuid): Timer {
    return setTimeout(() => this.close(uid, "idle"), this.limits.idleTimeoutMs);
  }
}
