import { createMiddleware } from "hono/factory";
import { formatHostAddress } from "../hosts/host-address.ts";
import { parseUuid } from "../qt/uuid.ts";
import type { ApiConnectionPool, PooledApiConnection } from "./api-connection.ts";
import { describeClosed } from "./closed-connection.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";

interface WithConnection extends AppEnvironment {
  Variables: AppEnvironment["Variables"] & { connection: PooledApiConnection };
}

/**
 * Finds the connection that the header names. Every request with a valid one starts its idle time anew, whatever the
 * answer, when it comes and when it is answered.
 */
export function withConnection(pool: ApiConnectionPool) {
  return createMiddleware<WithConnection>(async function withConnection(c, next) {
    const connection = find(pool, c.req.header("Connection-Uid"));
    c.set("connection", connection);
    c.set("connectionSerial", connection.serial);
    c.set("host", formatHostAddress(connection.content.host.address));
    pool.touch(connection.uid);
    try {
      await next();
    } finally {
      pool.touch(connection.uid);
    }
  });
}

/** Throws ApiError, which does not say the uid. */
function find(pool: ApiConnectionPool, header: string | undefined): PooledApiConnection {
  if (header === undefined) throw refused("the header Connection-Uid is missing");
  const uid = parseUuid(header);
  if (uid === null) throw refused("Connection-Uid is malformed: it is no UUID");
  const connection = pool.find(uid);
  if (connection !== null) return connection;
  const reason = pool.whyClosed(uid);
  if (reason !== null) throw refused(describeClosed(reason, pool.limits));
  throw refused("Connection-Uid is unknown: this server has not given it out, or long ago");
}

const refused = (details: string) => new ApiError("InvalidConnection", details);
