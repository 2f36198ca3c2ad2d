/**
 * Requests that never reach the app, since they are no HTTP, or too much of it. They have an error
 * body and a line too.
 */
import { once } from "node:events";
import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "../log/logger.ts";
import { clientAddress } from "../http/client-address.ts";
import { ApiError } from "../http/errors.ts";
import { LimitedLog } from "../log/limited-log.ts";

/**
 * Request line and headers together; the reference takes as much. Single sign-on makes cookies of
 * 60 KB.
 */
export const headBytesMax = 80 * 1024;

export class Refusals {
  readonly #lines: LimitedLog;
  /** What each connection still has to answer. */
  readonly #inHand = new WeakMap<object, Set<ServerResponse>>();
  /** Connections of which no more is wanted. */
  readonly #ended = new WeakSet<object>();

  constructor(log: Logger) {
    this.#lines = new LimitedLog(log.warn, "request refused");
  }

  /** Answers what the server's parser refuses. */
  watch(server: Server): void {
    server.on("request", (_, outgoing) => this.#note(outgoing));
    server.on("clientError", (error, socket) => void this.#answerParseError(error, socket));
    server.on("connect", (incoming, socket) => {
      this.#answer(socket, 404, `${incoming.method} is not understood`);
    });
  }

  /**
   * As `refuse`, where the connection ends with the answer: what still comes on it is thrown away
   * without a word.
   */
  refuseAndEnd(socket: object, status: number, details: string): string {
    this.#ended.add(socket);
    return this.refuse(socket, status, details);
  }

  /** Writes the line of a refusal, and returns the body of its answer. */
  refuse(socket: object, status: number, details: string): string {
    this.#lines.line({ status, error: 1, details, client: clientAddress(socket) });
    return JSON.stringify(new ApiError("InvalidData", details).body);
  }

  close(): void {
    this.#lines.flush();
  }

  #note(outgoing: ServerResponse): void {
    const { socket } = outgoing.req;
    let inHand = this.#inHand.get(socket);
    if (inHand === undefined) this.#inHand.set(socket, (inHand = new Set()));
    inHand.add(outgoing);
    outgoing.once("close", () => inHand.delete(outgoing));
  }

  async #answerParseError(error: ParseError, socket: Duplex): Promise<void> {
    if (this.#ended.has(socket)) return;
    this.#ended.add(socket);
    // Requests that came before are answered first; one that has not come whole is the one that is
    // refused.
    const inHand = [...(this.#inHand.get(socket) ?? [])];
    await Promise.all(inHand.filter(({ req }) => req.complete).map((each) => once(each, "close")));
    // The client has gone.
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    this.#answer(socket, statusOf(error), describe(error));
  }

  #answer(socket: Duplex, status: number, details: string): void {
    const body = this.refuseAndEnd(socket, status, details);
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      "Connection: close",
    ];
    socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  }
}

interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Uint8Array;
}

function statusOf({ code }: ParseError): number {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return 431;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return 413;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    default:
      return 400;
  }
}

const tlsHandshakeRecord = 0x16;

function describe({ code, rawPacket }: ParseError): string {
  if (rawPacket?.[0] === tlsHandshakeRecord) {
    return "this is TLS, and the port is one of plain HTTP (WebAPI/HttpsEnabled is false)";
  }
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return `the request line and the headers have over ${headBytesMax} bytes, or they are too many`;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return "the chunks of the body have too long extensions";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "the request has not come whole in time";
    case "HPE_INVALID_METHOD":
    case "HPE_INVALID_CONSTANT":
      return "this is no HTTP request, or one of an unknown method";
    case "HPE_INVALID_URL":
      return "the path holds characters that have to be percent-encoded";
    case "HPE_INVALID_VERSION":
      return "the request line does not end in HTTP/1.1 or HTTP/1.0, carriage return and line feed";
    case "HPE_INVALID_HEADER_TOKEN":
      return "a header is malformed";
    case "HPE_UNEXPECTED_CONTENT_LENGTH":
    case "HPE_INVALID_CONTENT_LENGTH":
      return "the header Content-Length is no number, or there are two of it";
    case "HPE_INVALID_TRANSFER_ENCODING":
      return "the header Transfer-Encoding is not understood, or Content-Length stands beside it";
    case "HPE_INVALID_CHUNK_SIZE":
      return "the size of a chunk is malformed";
    case "HPE_INVALID_EOF_STATE":
      return "the request has ended before it was whole";
    case "HPE_PAUSED_H2_UPGRADE":
      return "this is HTTP/2, which is not spoken here";
    default:
      return "the request is malformed";
  }
}
