import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** The app: a function from requests to responses. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** Above the limit of the app, which has an error body for it. */
const requestBytesMax = 8 * 1024 * 1024;

const bodyless = new Set(["GET", "HEAD"]);

/** Lets the app answer what node:http receives. Bodies are read and written whole: none of ours is a stream. */
export function requestListener(fetch: Fetch): RequestListener {
  return (incoming, outgoing) => {
    answer(fetch, incoming, outgoing).catch(() => outgoing.destroy());
  };
}

async function answer(fetch: Fetch, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableEnded) gone.abort();
  });
  const body = bodyless.has(incoming.method!) ? undefined : await readBody(incoming);
  if (body === null) {
    outgoing.writeHead(413, { Connection: "close" }).end();
    return;
  }
  const response = await fetch(toRequest(incoming, body, gone.signal));
  const bytes = await response.bytes();
  const headers: Record<string, string | number> = { "Content-Length": bytes.length };
  for (const [name, value] of response.headers) headers[spelling[name] ?? name] = value;
  outgoing.writeHead(response.status, headers).end(bytes);
}

function toRequest(
  incoming: IncomingMessage,
  body: Uint8Array<ArrayBuffer> | undefined,
  signal: AbortSignal,
): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  // Usually a path alone, and nothing here depends on the host; a proxy's form has the whole address.
  const url = incoming.url!.startsWith("/") ? `http://host${incoming.url}` : incoming.url!;
  return new Request(url, {
    method: incoming.method!,
    headers,
    signal,
    ...(body !== undefined && { body }),
  });
}

/** Null when there is too much of it. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > requestBytesMax) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** As everybody writes them; Headers gives lower case. */
const spelling: Readonly<Record<string, string>> = {
  "content-length": "Content-Length",
  "content-type": "Content-Type",
  "cache-control": "Cache-Control",
  etag: "ETag",
};
