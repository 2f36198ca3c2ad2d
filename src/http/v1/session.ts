import { Hono } from "hono";
import { describeSession } from "../../watch/known-state.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "./with-connection.ts";

export function sessionRoutes(connections: ApiConnections) {
  return new Hono<AppEnvironment>().get("/", withConnection(connections, "view"), async (c) => {
    const { session } = c.get("connection").content.host;
    await session.state.refreshSession();
    return jsonResponse(describeSession(session));
  });
}
