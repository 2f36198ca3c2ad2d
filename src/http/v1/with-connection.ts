import { createMiddleware } from "hono/factory";
import type { Scope } from "../../access/scopes.ts";
import { formatHostAddress } from "../../connect/host-address.ts";
import { parseUuid } from "../../qt/uuid.ts";
import { checkScope } from "../access-control.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { describeClosed } from "../../watch/closed-connection.ts";

export interface WithConnection extends AppEnvironment {
  Variables: AppEnvironment["Variables"] & { connection: ApiConnection };
}

/**
 * Finds the connection that the header names, for requests that may do this; null is whatever the
 * route checks by itself. It is not idle while a request with it is answered,
 * whatever the answer, and its idle time begins anew then.
 */
export function withConnection(connections: ApiConnections, scope: Scope | null) {
  return createMiddleware<WithConnection>(async function withConnection(c, next) {
    if (scope !== null) checkScope(c, scope);
    const header = c.req.header("Connection-Uid");
    if (header === undefined) throw refused("the header Connection-Uid is missing");
    const connection = findConnection(connections, c.get("access")?.id ?? null, header);
    c.set("connection", connection);
    c.set("connectionSerial", connection.serial);
    c.set("host", formatHostAddress(connection.content.host.address));
    const release = connections.hold(connection.uid);
    try {
      await next();
    } finally {
      release();
    }
  });
}

/**
 * `owner`: of the access token that asks; the connections of others are unknown to it. `where`:
 * what the uid was given as. Throws ApiError, which does not say the uid.
 */
export function findConnection(
  connections: ApiConnections,
  owner: string | null,
  text: string,
  where = "Connection-Uid",
): ApiConnection {
  const uid = parseUuid(text);
  if (uid === null) throw refused(`${where} is malformed: it is no UUID`);
  const connection = connections.find(uid, owner);
  if (connection !== null) return connection;
  const reason = connections.whyClosed(uid, owner);
  if (reason !== null) throw refused(describeClosed(reason, connections.limits));
  throw refused(`${where} is unknown: this server has not given it out, or long ago`);
}

const refused = (details: string) => new ApiError("InvalidConnection", details);
