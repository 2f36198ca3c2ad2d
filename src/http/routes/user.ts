import { Hono } from "hono";
import type { ApiConnectionPool } from "../api-connection.ts";
import type { AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "../with-connection.ts";

/** Who is logged on. `session` is what clients of 4.7 expect; -1 without a user. */
export function userRoutes(pool: ApiConnectionPool) {
  return new Hono<AppEnvironment>().get("/", withConnection(pool), async (c) => {
    const { session } = c.get("connection").content.host;
    await session.refreshUser();
    const { user } = session.state;
    const login = user?.login ?? "";
    return jsonResponse({
      fullName: user?.fullName ?? "",
      login,
      session: login === "" ? -1 : session.sessionId,
    });
  });
}
