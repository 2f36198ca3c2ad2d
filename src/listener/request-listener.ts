import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { notStored } from "../http/json-response.ts";
import type { Refusals } from "./refusals.ts";

/** The app: a function from requests to responses. */
export type Fetch = (request: Request, bindings: object) => Response | Promise<Response>;

/**
 * Takes the place of what a client calls us, which may be no host name at all: no path depends on
 * it. In the app the request's header is still what the client has sent.
 */
const ownHost = "localhost";

/** Lets the app answer what node:http receives. Bodies are left to the routes that want them. */
export function requestListener(fetch: Fetch, refusals: Refusals): RequestListener {
  return (incoming, outgoing) => {
    const { headers, httpVersion, socket } = incoming;
    const fault = hostFault(headers.host, httpVersion);
    if (fault !== null) {
      const body = refusals.refuseAndEnd(socket, 400, fault);
      outgoing.writeHead(400, { ...jsonHeaders(body), Connection: "close" });
      outgoing.end(body);
      return;
    }
    headers.host = ownHost;
    // Made for each request, since its error handler is not told which one it is about.
    const answer = getRequestListener(fetch, {
      // What has come of a body is thrown away with the answer's end.
      autoCleanupIncoming: false,
      errorHandler: (error) => {
        const body = refusals.refuse(socket, 400, (error as Error).message);
        return new Response(body, { status: 400, headers: jsonHeaders(body) });
      },
    });
    void answer(incoming, outgoing);
  };
}

/** Several headers have been joined. A front proxy may look at another one of them than we. */
function hostFault(host: string | undefined, httpVersion: string): string | null {
  if (host === undefined) return httpVersion === "1.0" ? null : "the header Host is missing";
  return host.includes(",") ? "there is more than one header Host" : null;
}

function jsonHeaders(body: string): Record<string, string> {
  return {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    ...notStored,
  };
}
