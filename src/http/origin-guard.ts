/**
 * Pages in browsers. Any page can have its browser send us requests, and without this one on the
 * internet could make us call a computer of the school. Programs send none of these headers.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { BrowserRules } from "../access/browser-rules.ts";
import type { OriginList } from "../access/origin-list.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";
import { quoted } from "./quoted.ts";
import { hasTicket, opensStream } from "./ticket-paths.ts";

/** What a page of a named origin may send, and read of the answers (Fetch standard, CORS). */
const allowMethods = "GET, POST, PUT, DELETE";
const allowHeaders = "Connection-Uid, Content-Type, Authorization, If-None-Match";
const exposeHeaders = "ETag, X-Request-Id, Retry-After";
const maxAgeSeconds = "600";

/**
 * Refuses what other pages than our own send, unless they are of a named origin; those may read the
 * answers too.
 */
export function originGuard(rules: BrowserRules) {
  return createMiddleware<AppEnvironment>(async function originGuard(c, next) {
    const named = rules.origins;
    const origin = c.req.header("Origin");
    const isNamed = origin !== undefined && named.has(origin);
    // Whoever has a ticket has been given it by somebody who may; a browser adds nothing by itself.
    if (!isNamed && !(opensStream(c) && hasTicket(c))) checkSender(c, origin, named);
    if (isNamed && c.req.header("Access-Control-Request-Method") !== undefined) {
      c.res = preflightAnswer();
    } else await next();
    if (named.isEmpty) return;
    const headers = {
      Vary: "Origin",
      ...(isNamed && {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": exposeHeaders,
      }),
    };
    const { outgoing } = c.env ?? {};
    for (const [name, value] of Object.entries(headers)) {
      // Where there is a socket, beside the headers of the answer, which then need not be copied.
      if (outgoing === undefined) c.res.headers.set(name, value);
      else outgoing.setHeader(name, value);
    }
  });
}

/** Throws ApiError. */
function checkSender(
  c: Context<AppEnvironment>,
  origin: string | undefined,
  named: OriginList,
): void {
  // Where a browser sends it, it knows best; a front proxy may have changed our name in Host.
  const site = c.req.header("Sec-Fetch-Site");
  if (site === "same-origin" || site === "none") return;
  if (origin !== undefined) {
    if (isOwn(origin, c.req.header("Host"))) return;
    throw refused(`pages of ${quoted(origin)}`);
  }
  if (site !== "cross-site" || isLink(c)) return;
  // Images have no Origin, but the browser says whose page they are on.
  const referer = URL.parse(c.req.header("Referer") ?? "")?.origin;
  if (referer === undefined || !named.has(referer)) throw refused("pages of other sites");
}

/** Somebody has followed a link to one of our pages. The API is not for looking at. */
function isLink({ req }: Context<AppEnvironment>): boolean {
  return (
    req.method === "GET" &&
    req.header("Sec-Fetch-Mode") === "navigate" &&
    req.header("Sec-Fetch-Dest") === "document" &&
    !req.path.startsWith("/api/")
  );
}

function isOwn(origin: string, host: string | undefined): boolean {
  const { protocol, host: own } = URL.parse(origin) ?? {};
  return own !== undefined && own !== "" && URL.parse(`${protocol}//${host}`)?.host === own;
}

function refused(sender: string): ApiError {
  return new ApiError(
    "NotAllowed",
    `${sender} may not use this server; WebAPI/AllowedOrigins can allow it`,
  );
}

function preflightAnswer(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": allowMethods,
      "Access-Control-Allow-Headers": allowHeaders,
      "Access-Control-Max-Age": maxAgeSeconds,
    },
  });
}
