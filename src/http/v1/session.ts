import { Hono } from "hono";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "./with-connection.ts";

export function sessionRoutes(connections: ApiConnections) {
  return new Hono<AppEnvironment>().get("/", withConnection(connections), async (c) => {
    const { session } = c.get("connection").content.host;
    await session.state.refreshSession();
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
