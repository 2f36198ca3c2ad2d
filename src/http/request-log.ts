import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { Logger } from "../log/logger.ts";
import type { ApiObserver } from "./api-observer.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { AppEnvironment } from "./environment.ts";
import { loggedPath, withoutUids } from "./logged-text.ts";
import { type RequestId, requestIdHeader } from "./request-ids.ts";

export interface RequestLogOptions {
  readonly clients: ClientAddresses;
  readonly log: Logger;
  readonly observer: ApiObserver | undefined;
  readonly nextId: (header: string | undefined) => RequestId;
  /** Whether every answer says its id; if not, those do that answer a request with one. */
  readonly answersIds: boolean;
}

const detailsCharactersMax = 300;

/**
 * One line for each request, when it has been answered; of level debug for what is asked all the
 * time by machines. Query, headers and body may hold anything
 * and stay out.
 */
export function requestLog({ log, clients, observer, nextId, answersIds }: RequestLogOptions) {
  return createMiddleware<AppEnvironment>(async function requestLog(c, next) {
    const startedMs = performance.now();
    const { id, isAsked } = nextId(c.req.header(requestIdHeader));
    // Asked for now, since the client may have gone by the end.
    const incoming = c.env?.incoming;
    const client = incoming && clients.of(incoming);
    c.set("requestId", id);
    c.set("client", client);
    const isAnswered = isAsked || answersIds;
    const outgoing = c.env?.outgoing;
    // Where there is a socket, beside the headers of the answer, which then need not be copied.
    if (isAnswered) outgoing?.setHeader(requestIdHeader, id);
    await next();
    if (isAnswered && outgoing === undefined) c.res.headers.set(requestIdHeader, id);
    const durationMs = performance.now() - startedMs;
    const { method } = c.req;
    const { status } = c.res;
    observer?.onRequest({ method, route: routeOf(c), status, durationMs });
    const error = c.get("error");
    const details = error?.details?.slice(0, detailsCharactersMax);
    const write = c.get("isRoutine") === true ? log.debug : log.info;
    write("request", {
      method,
      path: loggedPath(c.get("unresolvedPath") ?? c.req.path),
      status,
      error: error?.code,
      details: details && withoutUids(details),
      ms: Math.round(durationMs * 10) / 10,
      client,
      host: c.get("host"),
      connection: c.get("connectionSerial"),
      caller: c.get("token"),
      request: id,
    });
  });
}

/** Null where nothing but middleware matches, whose paths end in an asterisk. */
function routeOf(c: Context<AppEnvironment>): string | null {
  const path = routePath(c, -1);
  return path.endsWith("*") ? null : path;
}
