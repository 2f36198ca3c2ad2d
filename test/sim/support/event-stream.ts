/** Reads GET events as the HTML standard has it (9.2.6), as far as it is used. */
import { onceOver } from "./fixture-host.ts";
import { headersUnlessTicket } from "./guards.ts";

export interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

export class EventStream {
  readonly #leaving: AbortController;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";
  /** Comments and fields that are no event. */
  readonly others: string[] = [];

  private constructor(
    readonly response: Response,
    leaving: AbortController,
  ) {
    this.#leaving = leaving;
    this.#reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  static async open(
    url: string,
    query = "",
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    const leaving = new AbortController();
    onceOver(() => leaving.abort());
    const response = await fetch(`${url}/api/v1/events${query}`, {
      headers: { ...headersUnlessTicket(query), ...headers },
      signal: leaving.signal,
    });
    return new EventStream(response, leaving);
  }

  /** The next event; null when the stream has ended. */
  async next(): Promise<ServerEvent | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) return null;
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const fields = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block);
      if (fields === null) {
        this.others.push(block);
        continue;
      }
      const [, id, name, data] = fields;
      return { id, name, data: JSON.parse(data) as Record<string, unknown> };
    }
  }

  /** The next event of this name, and all that came before it are forgotten. */
  async nextOf(name: string): Promise<Record<string, unknown>> {
    for (;;) {
      const event = await this.next();
      if (event === null) throw new Error(`ended before an event ${name}`);
      if (event.name === name) return event.data;
    }
  }

  /** So many events, by connection and name. */
  async state(count: number): Promise<ServerEvent[]> {
    const events: ServerEvent[] = [];
    while (events.length < count) events.push((await this.next())!);
    return events;
  }

  close(): void {
    this.#leaving.abort();
  }
}
