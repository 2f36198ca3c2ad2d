import { createMiddleware } from "hono/factory";
import { parseUuid } from "../qt/uuid.ts";
import type { ApiConnectionPool } from "./api-connection.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";

/**
 * Finds the connection that the header names. Every request with a valid one starts its idle time anew, whatever the
 * answer, when it comes and when it is answered.
 */
export function withConnection(pool: ApiConnectionPool) {
  return createMiddleware<AppEnvironment>(async function withConnection(c, next) {
    const uid = parseUuid(c.req.header("Connection-Uid") ?? "");
    const connection = uid === null ? null : pool.find(uid);
    if (connection === null) throw new ApiError("InvalidConnection");
    c.set("connection", connection);
    c.set("connectionSerial", connection.serial);
    pool.touch(connection.uid);
    try {
      await next();
    } finally {
      pool.touch(connection.uid);
    }
  });
}
