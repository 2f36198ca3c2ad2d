import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Refusals } from "./refusals.ts";

/** The app: a function from requests to responses. */
export type Fetch = (request: Request, bindings: object) => Response | Promise<Response>;

/** Above the limit of the app, which has an error body for it. */
const requestBytesMax = 8 * 1024 * 1024;

/** A client that sends too much gets this long to read why, before it is cut off. */
const lingerMs = 2000;

const bodyless = new Set(["GET", "HEAD"]);

/**
 * Takes the place of what a client calls us, which may be no host name at all: nothing here depends
 * on it.
 */
const ownHost = "localhost";

/**
 * Lets the app answer what node:http receives, once it has come whole: no body of ours is long
 * enough for a stream.
 */
export function requestListener(fetch: Fetch, refusals: Refusals): RequestListener {
  return (incoming, outgoing) => {
    const { headers, httpVersion, socket } = incoming;
    if (headers.host === undefined && httpVersion !== "1.0") {
      refuse(outgoing, 400, "the header Host is missing");
      outgoing.end();
      return;
    }
    headers.host = ownHost;
    // Made for each request, since its error handler is not told which one it is about.
    const answer = getRequestListener(fetch, {
      errorHandler: (error) => {
        const body = refusals.refuse(socket, 400, (error as Error).message);
        return new Response(body, { status: 400, headers: jsonHeaders(body) });
      },
    });
    if (bodyless.has(incoming.method!)) {
      void answer(incoming, outgoing);
      return;
    }
    readBody(incoming).then(
      (rawBody) => {
        // It takes a body that has been read already under this name.
        if (rawBody !== null) void answer(Object.assign(incoming, { rawBody }), outgoing);
        else refuseTooLong(incoming, outgoing);
      },
      () => outgoing.destroy(),
    );
  };

  /** The answer, which is the connection's last one, but for its end. */
  function refuse(outgoing: ServerResponse, status: number, details: string): void {
    const body = refusals.refuseAndEnd(outgoing.req.socket, status, details);
    outgoing.writeHead(status, { ...jsonHeaders(body), Connection: "close" });
    outgoing.write(body);
  }

  /**
   * The connection ends when the client has, since closing it over unread data would take the
   * answer away.
   */
  function refuseTooLong(incoming: IncomingMessage, outgoing: ServerResponse): void {
    refuse(outgoing, 413, `the body has over ${requestBytesMax} bytes`);
    const cut = setTimeout(() => outgoing.end(), lingerMs);
    incoming.once("close", () => clearTimeout(cut));
    incoming.once("end", () => outgoing.end());
  }
}

function jsonHeaders(body: string): Record<string, string> {
  return {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
  };
}

/** Null, and the rest is thrown away as it comes, when there is too much of it. */
function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= requestBytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve(null);
      }
    });
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    incoming.once("error", reject);
  });
}
