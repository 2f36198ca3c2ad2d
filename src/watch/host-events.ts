import type { HostError } from "../connect/host-error.ts";
import type { StatePart } from "../hosts/host-state.ts";

/** What happens to a computer that is watched. */
export type HostEvent =
  /** The host has said something new of itself. */
  | { readonly kind: "changed"; readonly part: StatePart }
  | { readonly kind: "lost"; readonly reason: HostError }
  | { readonly kind: "back" }
  /** Nobody watches it any more. */
  | { readonly kind: "closed"; readonly reason: CloseReason };

/**
 * Why a connection is no more: `abandoned` is a login whose caller has gone, `limit` one that found
 * no place, `displaced` one whose place another client needed, `revoked` one whose access token is
 * good for it no more.
 */
export type CloseReason =
  "idle" | "lifetime" | "DELETE" | "shutdown" | "abandoned" | "limit" | "displaced" | "revoked";

export type HostEventListener = (event: HostEvent) => void;

/** Tells of what happens to a computer, to as many as want to know. */
export class HostEvents {
  readonly #listeners = new Set<HostEventListener>();

  publish(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Gives what ends it. */
  subscribe(listener: HostEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
