/** Hosts that are remembered: as many as there can be connections. */
const hostsMax = 10_000;

/**
 * The hosts that have spoken TLS, of each caller who has dialled them. When there are too many, the
 * caller with the most of them loses his oldest: whoever wants the server to forget a host of
 * others by making it dial thousands of his own makes it forget his own.
 */
export class TlsHosts {
  readonly #callers = new Map<string, string>();
  readonly #hosts = new Map<string, Set<string>>();

  has(host: string): boolean {
    return this.#callers.has(host);
  }

  /** A host of two callers counts for the one who has fewer. */
  add(host: string, caller: string): void {
    const before = this.#callers.get(host);
    const owner =
      before !== undefined && this.#count(before) <= this.#count(caller) ? before : caller;
    this.#remove(host);
    if (this.#callers.size >= hostsMax) this.#removeOldest();
    this.#callers.set(host, owner);
    const hosts = this.#hosts.get(owner) ?? new Set();
    this.#hosts.set(owner, hosts.add(host));
  }

  #count(caller: string): number {
    return this.#hosts.get(caller)?.size ?? 0;
  }

  #removeOldest(): void {
    const sets = [...this.#hosts.values()];
    const [oldest] = sets.reduce((a, b) => (b.size > a.size ? b : a));
    this.#remove(oldest);
  }

  #remove(host: string): void {
    const caller = this.#callers.get(host);
    if (caller === undefined) return;
    this.#callers.delete(host);
    const hosts = this.#hosts.get(caller);
    hosts?.delete(host);
    if (hosts?.size === 0) this.#hosts.delete(caller);
  }
}
