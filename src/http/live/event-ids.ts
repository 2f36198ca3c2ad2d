import { createHash, randomBytes } from "node:crypto";
import type { Uuid } from "../../qt/uuid.ts";

/** Numbers of events begin anew with each start of the server. */
const start = randomBytes(16);

/**
 * The ids of the events of a stream: `3f9c2a71d0b4-17`. The first part stands for this run of the
 * server and for the connections of the stream, since the number of an event says nothing to a
 * stream of others.
 */
export class EventIds {
  readonly #stream: string;

  constructor(uids: readonly Uuid[]) {
    const hash = createHash("sha256").update(start).update(uids.join());
    this.#stream = hash.digest("hex").slice(0, 12);
  }

  format(number: number): string {
    return `${this.#stream}-${number}`;
  }

  /** The number of an event of this stream; 0 for every other text. */
  parse(text: string | undefined): number {
    const [, stream, number] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(text ?? "") ?? [];
    return stream === this.#stream ? Number(number) : 0;
  }
}
