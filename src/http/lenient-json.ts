import { createMiddleware } from "hono/factory";
import { ApiError } from "./errors.ts";

/** Holds the longest list of the longest texts that anyone needs; UIDs, keys and messages are far smaller. */
const bodyBytesMax = 4 * 1024 * 1024;

/**
 * Makes of any body what the JSON validator takes: the object in it, or an empty one. Like the reference it does not
 * care for the Content-Type; unlike it, for a byte order mark neither.
 */
export const lenientJson = createMiddleware(async function lenientJson(c, next) {
  const text = await readText(c.req.raw);
  const headers = new Headers(c.req.raw.headers);
  headers.set("Content-Type", "application/json");
  headers.delete("Content-Length");
  headers.delete("Transfer-Encoding");
  c.req.raw = new Request(c.req.raw.url, {
    method: c.req.method,
    headers,
    body: isObject(text) ? text : "{}",
    signal: c.req.raw.signal,
  });
  await next();
});

async function readText(request: Request): Promise<string> {
  const bytes = await request.arrayBuffer().catch((cause: unknown) => {
    // Its sender has gone in the middle of it.
    throw new ApiError("InvalidData", "the body has not come whole", { cause });
  });
  if (bytes.byteLength > bodyBytesMax) {
    throw new ApiError("InvalidData", `the body has over ${bodyBytesMax} bytes`);
  }
  return new TextDecoder().decode(bytes);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
