import type { IncomingMessage, RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { ApiError } from "./errors.ts";
import { jsonResponse } from "./json-response.ts";

/** The app: a function from requests to responses. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** Above the limit of the app, which has an error body for it. */
const requestBytesMax = 8 * 1024 * 1024;

const bodyless = new Set(["GET", "HEAD"]);

/** Takes the place of what a client calls us, which may be no host name at all: nothing here depends on it. */
const ownHost = "localhost";

/** Lets the app answer what node:http receives, once it has come whole: no body of ours is long enough for a stream. */
export function requestListener(fetch: Fetch): RequestListener {
  const listen = getRequestListener(fetch, { errorHandler: describeBadRequest });
  return (incoming, outgoing) => {
    incoming.headers.host = ownHost;
    if (bodyless.has(incoming.method!)) {
      void listen(incoming, outgoing);
      return;
    }
    readBody(incoming).then(
      (rawBody) => {
        if (rawBody === null) outgoing.writeHead(413, { Connection: "close" }).end();
        // It takes a body that has been read already under this name.
        else void listen(Object.assign(incoming, { rawBody }), outgoing);
      },
      () => outgoing.destroy(),
    );
  };
}

/** For what cannot be made a Request of. */
function describeBadRequest(error: unknown): Response {
  const { body, status } = new ApiError("InvalidData", (error as Error).message);
  return jsonResponse(body, status);
}

/** Null when there is too much of it. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > requestBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
