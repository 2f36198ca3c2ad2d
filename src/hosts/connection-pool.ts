import { randomUUID } from "node:crypto";
import type { Uuid } from "../qt/uuid.ts";

export interface PoolLimits {
  readonly connectionsMax: number;
  readonly idleTimeoutMs: number;
  /** From the login on, whatever happens. */
  readonly lifetimeMs: number;
}

export interface Closable {
  close(): void;
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

/** The open API connections by uid, each with its idle time and its lifetime. */
export class ConnectionPool<Content extends Closable> {
  readonly #limits: PoolLimits;
  readonly #entries = new Map<Uuid, Entry<Content>>();
  #lastSerial = 0;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#limits.connectionsMax;
  }

  /** Takes over the content, which is closed with the connection; null when there is no place for it. */
  add(content: Content): PooledConnection<Content> | null {
    if (this.isFull) return null;
    const { idleTimeoutMs, lifetimeMs } = this.#limits;
    const uid = randomUUID();
    const entry: Entry<Content> = {
      uid,
      serial: ++this.#lastSerial,
      content,
      validUntilMs: Date.now() + lifetimeMs,
      lifetimeTimer: setTimeout(() => this.close(uid), lifetimeMs),
      idleTimer: setTimeout(() => this.close(uid), idleTimeoutMs),
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
    entry.idleTimer = setTimeout(() => this.close(uid), this.#limits.idleTimeoutMs);
  }

  close(uid: Uuid): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#entries.delete(uid);
    clearTimeout(entry.lifetimeTimer);
    clearTimeout(entry.idleTimer);
    entry.content.close();
  }

  closeAll(): void {
    for (const uid of this.#entries.keys()) this.close(uid);
  }
}
