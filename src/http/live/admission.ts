import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Access } from "../../access/access.ts";
import { formatHostAddress } from "../../connect/host-address.ts";
import type { Uuid } from "../../qt/uuid.ts";
import type { Scope, Tickets } from "../../live/tickets.ts";
import type { CloseReason } from "../../watch/host-events.ts";
import { checkScope } from "../access-control.ts";
import type { ApiConnection, ApiConnections, AppEnvironment, Variables } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { describeClosed } from "../../watch/closed-connection.ts";
import { queryParameters } from "../v1/query.ts";
import { findConnection } from "../v1/with-connection.ts";

/** A connection that a ticket names and that has been closed since. */
export interface ClosedConnection {
  readonly place: number;
  readonly reason: CloseReason;
}

/** What a stream is allowed. */
export interface Admission {
  /** By which access token; null: without any. */
  readonly access: Access | null;
  readonly scope: Scope;
  /** By their places in the ticket. Never empty. */
  readonly connections: ReadonlyMap<number, ApiConnection>;
  readonly closed: readonly ClosedConnection[];
  /** Of all of them. */
  readonly uids: readonly Uuid[];
}

export interface WithAdmission extends AppEnvironment {
  Variables: AppEnvironment["Variables"] & { admission: Admission };
}

/**
 * Lets in whoever has a ticket (`?ticket=`), which counts for its access token as well, or the
 * header Connection-Uid, which is good for all that the token is; `needed` is the scope that it has
 * to have.
 */
export function withAdmission(
  connections: ApiConnections,
  tickets: Tickets,
  needed: Scope = "view",
) {
  return createMiddleware<WithAdmission>(async function withAdmission(c, next) {
    const ticket = queryParameters(c.req.url).get("ticket");
    const admission =
      ticket === undefined
        ? admitHeader(connections, c, needed)
        : admitTicket(connections, tickets, ticket);
    c.set("admission", admission);
    c.set("access", admission.access);
    c.set("token", admission.access?.name);
    const [only, ...others] = admission.connections.values();
    if (others.length === 0) {
      c.set("connection", only);
      c.set("connectionSerial", only.serial);
      c.set("host", formatHostAddress(only.content.host.address));
    }
    await next();
  });
}

/** For streams of one computer. Throws ApiError when the ticket is for several. */
export function onlyConnection({ connections, closed }: Admission): ApiConnection {
  const count = connections.size + closed.length;
  const [only] = connections.values();
  if (count === 1) return only;
  throw new ApiError(
    "InvalidData",
    `the ticket is for ${count} connections, and this stream shows one`,
  );
}

function admitHeader(
  connections: ApiConnections,
  c: Pick<Context, "req"> & { readonly var: Readonly<Variables> },
  needed: Scope,
): Admission {
  checkScope(c, needed);
  const access = c.var.access ?? null;
  const header = c.req.header("Connection-Uid");
  if (header === undefined) {
    throw new ApiError(
      "InvalidConnection",
      "the header Connection-Uid is missing, and so is a ticket",
    );
  }
  const connection = findConnection(connections, access?.id ?? null, header);
  return {
    access,
    scope: access === null || access.has("control") ? "control" : "view",
    connections: new Map([[0, connection]]),
    closed: [],
    uids: [connection.uid],
  };
}

/** Throws TicketError, and ApiError when none of the ticket's connections is open any more. */
function admitTicket(connections: ApiConnections, tickets: Tickets, ticket: string): Admission {
  return admitOpen(connections, tickets.redeem(ticket));
}

/** Those that are open now. Throws ApiError when there is none. */
export function admitOpen(
  connections: ApiConnections,
  { scope, uids, access }: Pick<Admission, "scope" | "uids" | "access">,
): Admission {
  const owner = access?.id ?? null;
  const open = new Map<number, ApiConnection>();
  const closed: ClosedConnection[] = [];
  for (const [place, uid] of uids.entries()) {
    const connection = connections.find(uid, owner);
    if (connection !== null) open.set(place, connection);
    else closed.push({ place, reason: connections.whyClosed(uid, owner) ?? "idle" });
  }
  if (open.size > 0) return { access, scope, connections: open, closed, uids };
  throw new ApiError("InvalidConnection", describeClosed(closed[0].reason, connections.limits));
}
