import { Hono } from "hono";
import { formatHostAddress } from "../../connect/host-address.ts";
import type { HostSession } from "../../hosts/host-session.ts";
import type { Streams } from "../../live/streams.ts";
import { describeScreens, describeUser, describeVeyon } from "../../watch/known-state.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { withConnection } from "../v1/with-connection.ts";

/** How long a host that is busy, or has never said it, is waited for. */
const answerWaitMs = 250;

/** What a connection is, and what is known of its host; null for what is not. */
export function connectionRoutes(connections: ApiConnections, streams: Streams) {
  return new Hono<AppEnvironment>().get("/", withConnection(connections, "view"), async (c) => {
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
