import { Hono } from "hono";
import { z } from "zod";
import { describeUser } from "../../watch/known-state.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { withConnection } from "./with-connection.ts";

export const userSchema = z
  .object({
    fullName: z.string(),
    login: z.string().describe("Empty when nobody is logged on."),
    session: z.int32().describe("-1 when nobody is logged on."),
  })
  .meta({ id: "User" });

const getUser: Operation = {
  id: "getUser",
  tag: "State",
  summary: "Who is logged on",
  access: "connection",
  answers: {
    200: {
      description: "The user of the computer",
      json: {
        schema: userSchema,
        example: { fullName: "Ada Lovelace", login: "ada", session: 0 },
      },
    },
  },
  errors: ["ConnectionTimedOut"],
};

export function userRoutes(connections: ApiConnections) {
  const admitted = documented(getUser, withConnection(connections, "view"));
  return new Hono<AppEnvironment>().get("/", admitted, async (c) => {
    const { session } = c.get("connection").content.host;
    await session.state.refreshUser();
    return jsonResponse(describeUser(session));
  });
}
