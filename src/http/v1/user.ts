import { Hono } from "hono";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "./with-connection.ts";

/** Who is logged on. `session` is what clients of 4.7 expect; -1 without a user. */
export function userRoutes(connections: ApiConnections) {
  return new Hono<AppEnvironment>().get("/", withConnection(connections), async (c) => {
    const { state } = c.get("connection").content.host.session;
    await state.refreshUser();
    const { user } = state.known;
    const login = user?.login ?? "";
    return jsonResponse({
      fullName: user?.fullName ?? "",
      login,
      session: login === "" ? -1 : state.sessionId,
    });
  });
}
