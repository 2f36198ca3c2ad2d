import { Hono } from "hono";
import { z } from "zod";
import { describeSession } from "../../watch/known-state.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { withConnection } from "./with-connection.ts";

const sessionSchema = z
  .object({
    sessionClientAddress: z.string().describe("Of whoever uses the computer from elsewhere."),
    sessionClientName: z.string(),
    sessionHostName: z.string(),
    sessionId: z.int32(),
    sessionUptime: z.int32().describe("Seconds; -1 where the computer does not know."),
  })
  .meta({ id: "Session" });

const getSession: Operation = {
  id: "getSession",
  tag: "State",
  summary: "The session that is shown",
  access: "connection",
  answers: {
    200: {
      description:
        "The session of the computer; before Veyon 4.8 its number and the host's name, and the rest empty",
      json: {
        schema: sessionSchema,
        example: {
          sessionClientAddress: "",
          sessionClientName: "",
          sessionHostName: "room1-pc1",
          sessionId: 0,
          sessionUptime: 3600,
        },
      },
    },
  },
  errors: ["ConnectionTimedOut"],
};

export function sessionRoutes(connections: ApiConnections) {
  const admitted = documented(getSession, withConnection(connections, "view"));
  return new Hono<AppEnvironment>().get("/", admitted, async (c) => {
    const { session } = c.get("connection").content.host;
    await session.state.refreshSession();
    return jsonResponse(describeSession(session));
  });
}
