/**
 * Tickets: for what cannot send the header Connection-Uid, which is every `<img>`, EventSource and
 * WebSocket of a browser. A ticket stands in a query, where others may see it, so it is good for
 * little: one stream, soon.
 */
import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Access } from "../access/access.ts";
import type { Uuid } from "../qt/uuid.ts";
import { LimitError } from "../watch/limit-error.ts";

/** What a stream may do. Who has control may look as well. */
export const scopes = ["view", "control"] as const;
export type Scope = (typeof scopes)[number];

/** What a ticket is good for. */
export interface Grant {
  readonly scope: Scope;
  /** Of the connections, in the order in which the stream numbers them. */
  readonly uids: readonly Uuid[];
  /** Of whoever has asked for it; null: without access tokens. */
  readonly access: Access | null;
}

interface Entry extends Grant {
  /** The connection that has asked for it. */
  readonly issuer: Uuid;
  readonly validUntilMs: number;
  isUsed: boolean;
}

const ticketBytes = 32;
const validMs = 30_000;

/** Tickets that are remembered, used and expired ones included, which are refused by name. */
const ticketsMax = 4096;

/** Tickets of one connection that wait to be used. */
const waitingPerConnectionMax = 64;

/** A ticket that opens nothing. The message says why, without the ticket. */
export class TicketError extends Error {
  override readonly name = "TicketError";
}

export class Tickets {
  readonly #entries = new LRUCache<string, Entry>({ max: ticketsMax });

  /** `issuer`: the connection that asks. Throws LimitError. */
  issue(issuer: Uuid, grant: Grant): { readonly ticket: string; readonly validUntilMs: number } {
    this.#checkLimit(issuer);
    const ticket = randomBytes(ticketBytes).toString("base64url");
    const validUntilMs = Date.now() + validMs;
    this.#entries.set(ticket, { ...grant, issuer, validUntilMs, isUsed: false });
    return { ticket, validUntilMs };
  }

  /** What the ticket is good for, once. Throws TicketError. */
  redeem(ticket: string): Grant {
    const entry = this.#entries.get(ticket);
    if (entry === undefined) {
      throw new TicketError("the ticket is unknown: this server has not given it out, or long ago");
    }
    if (entry.isUsed) throw new TicketError("the ticket has been used: each opens one stream");
    if (entry.validUntilMs <= Date.now()) {
      throw new TicketError(`the ticket has expired: it is good for ${validMs / 1000} s`);
    }
    entry.isUsed = true;
    return entry;
  }

  #checkLimit(issuer: Uuid): void {
    const nowMs = Date.now();
    let waiting = 0;
    for (const entry of this.#entries.values()) {
      if (entry.issuer === issuer && !entry.isUsed && entry.validUntilMs > nowMs) waiting++;
    }
    if (waiting < waitingPerConnectionMax) return;
    throw new LimitError(
      `${waitingPerConnectionMax} tickets of this connection wait to be used, the limit of this server`,
    );
  }
}
