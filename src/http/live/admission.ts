import { createMiddleware } from "hono/factory";
import { formatHostAddress } from "../../connect/host-address.ts";
import type { Uuid } from "../../qt/uuid.ts";
import type { Scope, Tickets } from "../../live/tickets.ts";
import type { CloseReason } from "../../watch/host-events.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "../environment.ts";
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
 * Lets in whoever has a ticket (`?ticket=`), or the header Connection-Uid, which is good for
 * everything.
 */
export function withAdmission(connections: ApiConnections, tickets: Tickets) {
  return createMiddleware<WithAdmission>(async function withAdmission(c, next) {
    const ticket = queryParameters(c.req.url).get("ticket");
    const admission =
      ticket === undefined
        ? admitHeader(connections, c.req.header("Connection-Uid"))
        : admitTicket(connections, tickets, ticket);
    c.set("admission", admission);
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

function admitHeader(connections: ApiConnections, header: string | undefined): Admission {
  if (header === undefined) {
    throw new ApiError(
      "InvalidConnection",
      "the header Connection-Uid is missing, and so is a ticket",
    );
  }
  const connection = findConnection(connections, header);
  return {
    scope: "control",
    connections: new Map([[0, connection]]),
    closed: [],
    uids: [connection.uid],
  };
}

/** Throws TicketError, and ApiError when none of the ticket's connections is open any more. */
export function admitTicket(
  connections: ApiConnections,
  tickets: Tickets,
  ticket: string,
): Admission {
  const { scope, uids } = tickets.redeem(ticket);
  return admitOpen(connections, scope, uids);
}

/** Those that are open now. Throws ApiError when there is none. */
export function admitOpen(
  connections: ApiConnections,
  scope: Scope,
  uids: readonly Uuid[],
): Admission {
  const open = new Map<number, ApiConnection>();
  const closed: ClosedConnection[] = [];
  for (const [place, uid] of uids.entries()) {
    const connection = connections.find(uid);
    if (connection !== null) open.set(place, connection);
    else closed.push({ place, reason: connections.whyClosed(uid) ?? "idle" });
  }
  if (open.size > 0) return { scope, connections: open, closed, uids };
  throw new ApiError("InvalidConnection", describeClosed(closed[0].reason, connections.limits));
}
