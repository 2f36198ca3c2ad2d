import { createMiddleware } from "hono/factory";
import type { AppEnvironment } from "./environment.ts";
import { notFound } from "./v1/not-found.ts";

/** RFC 3986, 5.2.4; the URL of a Request takes encoded dots for dots as well. */
const dotSegment = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/**
 * A path with a segment that means this or the one above names nothing. The URL has it resolved
 * already, and a front proxy may have let a path through that this is not.
 */
export const dotSegments = createMiddleware<AppEnvironment>(async function dotSegments(c, next) {
  const target = c.env?.incoming?.url;
  if (target !== undefined && dotSegment.test(target)) {
    c.set("unresolvedPath", target.replace(/\?.*$/s, ""));
    return notFound();
  }
  await next();
  return undefined;
});
