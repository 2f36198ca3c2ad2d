import { Hono } from "hono";
import type { ApiConnectionPool } from "../api-connection.ts";
import type { AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "../with-connection.ts";

export function sessionRoutes(pool: ApiConnectionPool) {
  return new Hono<AppEnvironment>().get("/", withConnection(pool), async (c) => {
    const { session } = c.get("connection").content.host;
    await session.refreshSession();
    const info = session.sessionInfo;
    return jsonResponse({
      sessionClientAddress: info.clientAddress,
      sessionClientName: info.clientName,
      sessionHostName: info.hostName,
      sessionId: info.sessionId,
      sessionUptime: info.uptimeSeconds,
    });
  });
}
