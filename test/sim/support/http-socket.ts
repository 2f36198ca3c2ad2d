/** HTTP by hand, for what no well-behaved client sends. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onceOver } from "./fixture-host.ts";
import { guards } from "./guards.ts";

export interface RawResponse {
  readonly version: string;
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export class HttpSocket {
  /** Settles when the server has closed. */
  readonly closed: Promise<void>;
  #received = "";
  #ended = false;
  #wake: () => void = () => {};

  private constructor(readonly socket: Socket) {
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#wake();
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    const end = () => {
      this.#ended = true;
      resolve();
      this.#wake();
    };
    socket.on("error", end).on("end", end).on("close", end);
    onceOver(() => void socket.destroy());
  }

  /** `from`: another address of loopback is another client. */
  static async connect(url: string, from = "127.0.0.1"): Promise<HttpSocket> {
    const { hostname: host, port } = new URL(url);
    const socket = connect({ host, port: Number(port), localAddress: from, noDelay: true });
    await once(socket, "connect");
    return new HttpSocket(socket);
  }

  /** On a connection that is open, of TLS for example. */
  static on(socket: Socket): HttpSocket {
    return new HttpSocket(socket);
  }

  /** Text is taken as Latin-1. */
  write(data: string | Uint8Array): void {
    this.socket.write(data, "latin1");
  }

  /** Each byte in a packet of its own. */
  async writeByteByByte(text: string): Promise<void> {
    for (const character of text) {
      this.socket.write(character, "latin1");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /**
   * The next response. `hasBody`: false for the answer to HEAD. Throws when the server closes
   * before its end.
   */
  async response(hasBody = true): Promise<RawResponse> {
    const headEnd = await this.#until(() => this.#received.indexOf("\r\n\r\n") + 1);
    const [first, ...lines] = this.#received.slice(0, headEnd - 1).split("\r\n");
    const [, version, status] = /^(HTTP\/\d\.\d) (\d{3})/.exec(first)!;
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const isInterim = Number(status) < 200;
    const length = hasBody && !isInterim ? Number(headers.get("content-length") ?? 0) : 0;
    const start = headEnd + 3;
    await this.#until(() => this.#received.length >= start + length);
    const body = this.#received.slice(start, start + length);
    this.#received = this.#received.slice(start + length);
    return { version, status: Number(status), headers, body };
  }

  /** So many bytes that are no response, as Latin-1. */
  async bytes(count: number): Promise<string> {
    await this.#until(() => this.#received.length >= count);
    const bytes = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return bytes;
  }

  async #until<Value>(look: () => Value): Promise<Value> {
    for (;;) {
      const value = look();
      if (value) return value;
      if (this.#ended) throw new Error(`closed after ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A request as text. `body` comes with its length. */
export function requestText(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
  version = "HTTP/1.1",
): string {
  const all = { Host: "localhost", ...guards?.headers, ...headers };
  const withLength =
    body === undefined
      ? all
      : { ...all, "Content-Length": String(Buffer.byteLength(body, "latin1")) };
  const lines = Object.entries(withLength).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} ${version}\r\n${lines.join("")}\r\n${body ?? ""}`;
}
