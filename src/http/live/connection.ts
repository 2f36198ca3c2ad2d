import { Hono } from "hono";
import { z } from "zod";
import { formatHostAddress } from "../../connect/host-address.ts";
import type { HostSession } from "../../hosts/host-session.ts";
import type { Streams } from "../../live/streams.ts";
import { describeScreens, describeUser, describeVeyon } from "../../watch/known-state.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { unixTime } from "../openapi/parameters.ts";
import { userSchema } from "../v1/user.ts";
import { withConnection } from "../v1/with-connection.ts";

/** How long a host that is busy, or has never said it, is waited for. */
const answerWaitMs = 250;

const pixels = z.int().min(0).max(65_535);

const getConnection: Operation = {
  id: "getConnection",
  tag: "State",
  summary: "What a connection is, and what is known of its computer",
  access: "connection",
  answers: {
    200: {
      description: "As it is now; null is what is not known, since the computer is lost or old",
      json: {
        schema: z
          .object({
            host: z.string(),
            online: z.boolean(),
            details: z.string().optional().describe("Why it is not online."),
            veyon: z.object({ generation: z.int32(), version: z.string().nullable() }).nullable(),
            size: z.object({ width: pixels, height: pixels }).nullable(),
            screens: z.array(
              z
                .object({
                  screen: z.int32().describe("What pictures of it are asked for with."),
                  name: z.string(),
                  x: z.int32(),
                  y: z.int32(),
                  width: z.int32(),
                  height: z.int32(),
                })
                .meta({ id: "Screen" }),
            ),
            user: userSchema.nullable(),
            uptime: z.int32().describe("Seconds since the login."),
            validUntil: unixTime,
            viewers: z.int32().describe("Open streams of this connection, of any kind."),
          })
          .meta({ id: "ConnectionState" }),
        example: {
          host: "room1-pc1:11100",
          online: true,
          veyon: { generation: 4, version: "4.11" },
          size: { width: 1920, height: 1080 },
          screens: [{ screen: 1, name: "Screen 1 – DP-1", x: 0, y: 0, width: 1920, height: 1080 }],
          user: { fullName: "Grace Hopper", login: "grace", session: 0 },
          uptime: 731,
          validUntil: 1_796_299_200,
          viewers: 2,
        },
      },
    },
  },
};

/** What a connection is, and what is known of its host; null for what is not. */
export function connectionRoutes(connections: ApiConnections, streams: Streams) {
  const admitted = documented(getConnection, withConnection(connections, "view"));
  return new Hono<AppEnvironment>().get("/", admitted, async (c) => {
    const connection = c.get("connection");
    const { content, validUntilMs } = connection;
    const openedAtMs = validUntilMs - connections.limits.lifetimeMs;
    const { currentSession, lost } = content.host;
    return jsonResponse({
      host: formatHostAddress(content.host.address),
      online: currentSession !== null,
      ...(lost !== null && { details: lost.message }),
      ...(await describeHost(currentSession)),
      uptime: Math.floor((Date.now() - openedAtMs) / 1000),
      validUntil: Math.floor(validUntilMs / 1000),
      viewers: streams.countOf(connection),
    });
  });
}

async function describeHost(session: HostSession | null) {
  if (session === null) return { veyon: null, size: null, screens: [], user: null };
  const { state } = session;
  await Promise.allSettled([
    state.refreshUser(answerWaitMs),
    state.refresh("screens", answerWaitMs),
    state.refresh("version", answerWaitMs),
  ]);
  const { width, height } = session.screenSize;
  return {
    veyon: describeVeyon(session),
    size: { width, height },
    ...describeScreens(session),
    user: state.hasSaid("user") ? describeUser(session) : null,
  };
}
