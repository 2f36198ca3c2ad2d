/** Reads GET framebuffer/stream as a program would that knows RFC 2046 and nothing else. */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { onceOver } from "./fixture-host.ts";
import { headersUnlessTicket } from "./guards.ts";

export interface StreamPart {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export class PictureStream {
  #received = Buffer.alloc(0);
  #isOver = false;
  #wake = () => {};

  private constructor(
    readonly request: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const end = () => {
      this.#isOver = true;
      this.#wake();
    };
    response.on("end", end).on("close", end).on("error", end);
  }

  /** `path`: what follows /api/v1/. The answer may be an error. */
  static async open(url: string, path: string, uid?: string): Promise<PictureStream> {
    const headers = {
      ...headersUnlessTicket(path),
      ...(uid !== undefined && { "Connection-Uid": uid }),
    };
    const client = request(`${url}/api/v1/${path}`, { headers, agent: false });
    onceOver(() => void client.destroy());
    client.end();
    const [response] = (await once(client, "response")) as [IncomingMessage];
    client.on("error", () => {});
    return new PictureStream(client, response);
  }

  get status(): number {
    return this.response.statusCode!;
  }

  /** The next part; null when the stream has ended. */
  async next(): Promise<StreamPart | null> {
    const head = await this.#take((received) => {
      const end = received.indexOf("\r\n\r\n");
      return end === -1 ? null : end + 4;
    });
    if (head === null) return null;
    const [, contentType, length] =
      /^--frame\r\nContent-Type: (\S+)\r\nContent-Length: (\d+)\r\n\r\n$/.exec(head.toString())!;
    const bytes = await this.#take((received) =>
      received.length < Number(length) + 2 ? null : Number(length) + 2,
    );
    if (bytes === null) return null;
    if (bytes.subarray(-2).toString() !== "\r\n") throw new Error("no line end behind a picture");
    return { contentType, bytes: new Uint8Array(bytes.subarray(0, -2)) };
  }

  /** Parts that have come whole and were not read. */
  get waiting(): number {
    return this.#received.toString("latin1").split("Content-Length: ").length - 1;
  }

  /** Settles when it has ended. */
  async ended(): Promise<void> {
    while (!this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async text(): Promise<string> {
    await this.ended();
    return this.#received.toString();
  }

  close(): void {
    this.request.destroy();
  }

  async #take(length: (received: Buffer) => number | null): Promise<Buffer | null> {
    for (;;) {
      const count = length(this.#received);
      if (count !== null) {
        const taken = this.#received.subarray(0, count);
        this.#received = this.#received.subarray(count);
        return taken;
      }
      if (this.#isOver) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
