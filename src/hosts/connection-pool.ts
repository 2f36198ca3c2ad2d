import { randomUUID } from "node:crypto";
import type { Uuid } from "../qt/uuid.ts";

/** Why a connection is no more: `abandoned` is a login whose caller has gone, `limit` one that found no place. */
export type CloseReason = "idle" | "lifetime" | "DELETE" | "shutdown" | "abandoned" | "limit";

export interface PoolLimits {
  readonly connectionsMax: number;
  readonly idleTimeoutMs: number;
  /** From the login on, whatever happens. */
  readonly lifetimeMs: number;
}

export interface Closable {
  close(reason: CloseReason): void;
}

/** What a Connection-Uid stands for. */
export interface PooledConnection<Content> {
  readonly uid: Uuid;
  /** For logs: the uid itself opens the connection to whoever reads it. */
  readonly serial: number;
  readonly content: Content;
  /** Unix time in ms. */
  readonly validUntilMs: number;
}

interface Entry<Content> extends PooledConnection<Content> {
  readonly lifetimeTimer: Timer;
  idleTimer: Timer;
}

/** Closed connections whose reason is remembered, for a client that asks on. */
const closedMax = 512;

/** The open API connections by uid, each with its idle time and its lifetime. */
export class ConnectionPool<Content extends Closable> {
  readonly #entries = new Map<Uuid, Entry<Content>>();
  /** In the order in which they were closed. */
  readonly #closed = new Map<Uuid, CloseReason>();
  #lastSerial = 0;

  constructor(readonly limits: PoolLimits) {}

  get isFull(): boolean {
    return this.#entries.size >= this.limits.connectionsMax;
  }

  /** Takes over the content, which is closed with the connection; null when there is no place for it. */
  add(content: Content): PooledConnection<Content> | null {
    if (this.isFull) return null;
    const { idleTimeoutMs, lifetimeMs } = this.limits;
    const uid = randomUUID();
    const entry: Entry<Content> = {
      uid,
      serial: ++this.#lastSerial,
      content,
      validUntilMs: Date.now() + lifetimeMs,
      lifetimeTimer: setTimeout(() => this.close(uid, "lifetime"), lifetimeMs),
      idleTimer: setTimeout(() => this.close(uid, "idle"), idleTimeoutMs),
    };
    this.#entries.set(uid, entry);
    return entry;
  }

  find(uid: Uuid): PooledConnection<Content> | null {
    return this.#entries.get(uid) ?? null;
  }

  /** Starts the idle time anew. */
  touch(uid: Uuid): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    clearTimeout(entry.idleTimer);
    entry.idleTimer = setTimeout(() => this.close(uid, "idle"), this.limits.idleTimeoutMs);
  }

  /** Null for a uid that is open, was never given out, or was closed long ago. */
  whyClosed(uid: Uuid): CloseReason | null {
    return this.#closed.get(uid) ?? null;
  }

  close(uid: Uuid, reason: CloseReason): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#entries.delete(uid);
    clearTimeout(entry.lifetimeTimer);
    clearTimeout(entry.idleTimer);
    this.#remember(uid, reason);
    entry.content.close(reason);
  }

  closeAll(reason: CloseReason): void {
    for (const uid of this.#entries.keys()) this.close(uid, reason);
  }

  #remember(uid: Uuid, reason: CloseReason): void {
    this.#closed.set(uid, reason);
    if (this.#closed.size > closedMax) this.#closed.delete(this.#closed.keys().next().value!);
  }
}
