/**
 * WebSockets on the port of the API. The app answers their requests like any other, with all its
 * middleware; one of its routes accepts (http/live/web-socket.ts), or the answer says why not.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { ApiError } from "../http/errors.ts";
import type { Upgrade } from "../http/environment.ts";
import { errorResponse } from "../http/json-response.ts";
import { CloseCode, type OpenSocket } from "../live/message-socket.ts";
import type { Fetch } from "./request-listener.ts";
import { ServerSocket } from "./server-socket.ts";

/** Bytes of one message of a client: the longest text of a clipboard, escaped as JSON. */
const messageBytesMax = 256 * 1024;

/** A client that answers no ping for so long is gone. */
const pingIntervalMs = 20_000;

/** RFC 6455, 4.1: 16 bytes in base64. */
const keyForm = /^[A-Za-z0-9+/]{22}==$/;

interface Accepted {
  readonly protocol: string;
  readonly open: OpenSocket;
}

/**
 * Which requests are taken out of HTTP, and with that out of the limits of its answers: those for a
 * WebSocket where there is one, at `paths` as they are written. Others are answered as if they had
 * not asked for an upgrade; those of Java's client and of `curl --http2` mean another one.
 */
export function webSocketsAt(paths: readonly string[]) {
  return ({ method, headers, url }: IncomingMessage): boolean =>
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    paths.includes(url!.split("?", 1)[0]);
}

export class Upgrades {
  readonly #fetch: Fetch;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    handleProtocols: (_offered, incoming) => this.#accepted.get(incoming)?.protocol ?? false,
  });
  readonly #accepted = new WeakMap<IncomingMessage, Accepted>();
  readonly #sockets = new Set<ServerSocket>();
  #pingTimer: Timer | null = null;
  #isEnding = false;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  watch(server: Server): void {
    server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      this.#answer(incoming, socket, head).catch(() => socket.destroy());
    });
  }

  /** Closes all sockets, now and later. */
  end(): void {
    this.#isEnding = true;
    for (const socket of this.#sockets) this.#sayGoodbye(socket);
  }

  /** Ends what is left, since `closeAllConnections` of node:http leaves WebSockets open. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  async #answer(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const response = await this.#ask(incoming, socket);
    const accepted = this.#accepted.get(incoming);
    if (accepted === undefined) {
      await write(response, socket);
      return;
    }
    this.#server.handleUpgrade(incoming, socket, head, (open) => {
      const serverSocket = new ServerSocket(open, accepted.open);
      this.#sockets.add(serverSocket);
      this.#pingTimer ??= setInterval(() => this.#ping(), pingIntervalMs);
      open.once("close", () => {
        this.#sockets.delete(serverSocket);
        if (this.#sockets.size > 0 || this.#pingTimer === null) return;
        clearInterval(this.#pingTimer);
        this.#pingTimer = null;
      });
      if (this.#isEnding) this.#sayGoodbye(serverSocket);
    });
  }

  async #ask(incoming: IncomingMessage, socket: Duplex): Promise<Response> {
    const fault = faultOf(incoming);
    if (fault !== null) return errorResponse(fault);
    const gone = new AbortController();
    socket.once("close", () => gone.abort());
    const upgrade: Upgrade = {
      protocols: listOf(incoming.headers["sec-websocket-protocol"]),
      accept: (protocol, open) => this.#accepted.set(incoming, { protocol, open }),
    };
    return this.#fetch(requestOf(incoming, gone.signal), { incoming, upgrade });
  }

  #sayGoodbye(socket: ServerSocket): void {
    socket.close(CloseCode.GoingAway, "the server stops");
  }

  #ping(): void {
    for (const socket of this.#sockets) socket.checkAlive();
  }
}

/** Why it is no good request for a WebSocket, whatever its path. */
function faultOf({ headers }: IncomingMessage): ApiError | null {
  if (headers["sec-websocket-version"] !== "13") {
    return new ApiError("UpgradeRequired", "Sec-WebSocket-Version is missing or not 13");
  }
  if (keyForm.test(headers["sec-websocket-key"] ?? "")) return null;
  return new ApiError("InvalidData", "Sec-WebSocket-Key is missing or malformed");
}

function requestOf({ url, rawHeaders }: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i], rawHeaders[i + 1]);
  }
  return new Request(`http://localhost${url}`, { headers, signal });
}

function listOf(header: string | undefined): string[] {
  return header?.split(",").map((each) => each.trim()) ?? [];
}

/** Writes an answer that is no WebSocket, a few hundred bytes, and ends the connection with it. */
async function write(response: Response, socket: Duplex): Promise<void> {
  const { status, headers } = response;
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "Connection: close"];
  const body = await response.text();
  // Whether its client goes or not: nobody looks after the connection any more.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
