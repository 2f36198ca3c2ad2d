/** An answer whose client has not read all of it. */
export interface Unread {
  /** Who asked for it. */
  readonly client: string;
  cut(reason: string): void;
}

/** Bytes of memory that an answer holds. */
export interface Held {
  /** What it has for itself. */
  readonly ownBytes: number;
  /** What it may have together with others; it then counts once. */
  readonly body: Uint8Array | null;
}

/**
 * The memory that answers hold until their clients have read them. When it is all taken, the client
 * that holds the most of it loses its oldest answer: so those who read nothing cannot keep others
 * from an answer.
 */
export class UnreadMemory {
  /** Oldest first. */
  readonly #held = new Map<Unread, Held>();
  /** How many answers hold the same bytes. */
  readonly #sharers = new Map<ArrayBufferLike, number>();
  #bytes = 0;

  constructor(readonly bytesMax: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  hold(answer: Unread, held: Held): void {
    this.#held.set(answer, held);
    this.#bytes += held.ownBytes + this.#share(held.body);
    while (this.#bytes > this.bytesMax) {
      const victim = this.#oldestOf(this.#largestClient());
      this.release(victim);
      victim.cut(`answers that are not read hold over ${this.bytesMax} bytes`);
    }
  }

  /** It has been read, or nobody will. */
  release(answer: Unread): void {
    const held = this.#held.get(answer);
    if (held === undefined) return;
    this.#held.delete(answer);
    this.#bytes -= held.ownBytes + this.#unshare(held.body);
  }

  /** Gives the bytes that nobody had before. */
  #share(body: Uint8Array | null): number {
    if (body === null) return 0;
    const sharers = this.#sharers.get(body.buffer) ?? 0;
    this.#sharers.set(body.buffer, sharers + 1);
    return sharers === 0 ? body.byteLength : 0;
  }

  /** Gives the bytes that nobody has any more. */
  #unshare(body: Uint8Array | null): number {
    if (body === null) return 0;
    const sharers = this.#sharers.get(body.buffer)! - 1;
    if (sharers > 0) this.#sharers.set(body.buffer, sharers);
    else this.#sharers.delete(body.buffer);
    return sharers === 0 ? body.byteLength : 0;
  }

  #largestClient(): string {
    const bytesOf = new Map<string, number>();
    for (const [{ client }, { ownBytes, body }] of this.#held) {
      const bytes = ownBytes + (body?.byteLength ?? 0);
      bytesOf.set(client, (bytesOf.get(client) ?? 0) + bytes);
    }
    return [...bytesOf].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  }

  #oldestOf(wanted: string): Unread {
    return this.#held.keys().find(({ client }) => client === wanted)!;
  }
}
