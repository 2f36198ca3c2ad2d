import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { formatHostAddress } from "../../connect/host-address.ts";
import { filledText, port } from "../../hosts/features/argument-schemas.ts";
import type { Uuid } from "../../qt/uuid.ts";
import type { Logger } from "../../log/logger.ts";
import { broadcastModes, Broadcasts, type Outcome } from "../../watch/broadcasts.ts";
import type { WatchedHost } from "../../watch/watched-host.ts";
import { audited } from "../audit.ts";
import type { ApiConnection, ApiConnections, AppEnvironment, Variables } from "../environment.ts";
import { ApiError, toApiError } from "../errors.ts";
import { jsonResponse } from "../json-response.ts";
import { documented } from "../openapi/operation.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { findConnection, withConnection } from "../v1/with-connection.ts";
import { startBroadcast, stopBroadcast } from "./broadcast-operations.ts";
import { connectionUids, connectionUidsBytesMax } from "./connection-uid.ts";
import { parseStrictBody } from "./strict-body.ts";

const tokenBytes = 32;

const startSchema = z.object({
  targetConnectionUids: connectionUids,
  mode: z.enum(broadcastModes).default("fullScreen"),
  host: filledText.optional(),
  port: port.refine((value) => value > 0, { error: "is 0" }).optional(),
});

const stopSchema = z.object({ targetConnectionUids: connectionUids.optional() });

export interface BroadcastOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly log: Logger;
}

/** A computer that a request names, if its connection is open. */
interface Target {
  readonly uid: Uuid;
  readonly connection: ApiConnection | ApiError;
}

/** One computer's screen, that of the header's connection, on others. */
export function broadcastRoutes({ bodies, connections, log }: BroadcastOptions) {
  const broadcasts = new Broadcasts();

  function find(uids: readonly Uuid[], source: ApiConnection): Target[] {
    return uids.map((uid, place) => {
      if (uid === source.uid) {
        throw new ApiError(
          "InvalidData",
          `targetConnectionUids.${place} is the connection whose screen is to be shown`,
        );
      }
      return { uid, connection: open(uid, source.owner, `targetConnectionUids.${place}`) };
    });
  }

  function open(uid: Uuid, owner: string | null, where: string): ApiConnection | ApiError {
    try {
      return findConnection(connections, owner, uid, where);
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  /** Keeps the targets from being idle meanwhile. */
  async function holding<T>(targets: readonly Target[], work: () => Promise<T>): Promise<T> {
    const releases = targets.map(({ uid }) => connections.hold(uid));
    try {
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }

  /** What was done to each target has a line of its own, as it would have by PUT feature. */
  function audit(
    { client, token, requestId }: Readonly<Variables>,
    event: string,
    targets: readonly Target[],
    outcomes: readonly Outcome[],
  ): void {
    for (const [at, { serial, content }] of openOf(targets).entries()) {
      const error = outcomes[at];
      log.audit(event, {
        host: formatHostAddress(content.host.address),
        ...content.loginName,
        client,
        outcome: error === null ? "ok" : "failed",
        error: error === null ? undefined : (toApiError(error)?.code ?? 500),
        connection: serial,
        caller: token,
        request: requestId,
      });
    }
  }

  return new Hono<AppEnvironment>()
    .post(
      "/start",
      documented(startBroadcast, withConnection(connections, "features")),
      async (c) => {
        const source = c.get("connection");
        const body = parseStrictBody(startSchema, await bodies.read(c, connectionUidsBytesMax));
        if (body.host !== undefined) source.content.features.checkNamed(body.host);
        const targets = find(body.targetConnectionUids, source);
        const broadcast = {
          mode: body.mode,
          host: body.host ?? addressFor(source, targets),
          port: body.port ?? source.content.features.demoServerPort,
          token: randomBytes(tokenBytes).toString("base64url"),
        };
        const { mode } = broadcast;
        const fields = () => ({ mode, targets: targets.length, ...source.content.loginName });
        const outcomes = await audited(c, log, "broadcast start", fields, () =>
          holding(targets, () => broadcasts.start(source.content, hostsOf(targets), broadcast)),
        );
        audit(c.var, "broadcast shown", targets, outcomes);
        const active = outcomes.includes(null);
        return jsonResponse({
          active,
          ...broadcast,
          targets: answers(targets, outcomes, "started"),
        });
      },
    )
    .post(
      "/stop",
      documented(stopBroadcast, withConnection(connections, "features")),
      async (c) => {
        const source = c.get("connection");
        const body = parseStrictBody(stopSchema, await bodies.read(c, connectionUidsBytesMax));
        const shown = new Set(broadcasts.targetsOf(source.content));
        const uids =
          body.targetConnectionUids ??
          [...connections.all()].filter(({ content }) => shown.has(content)).map(({ uid }) => uid);
        const targets = find(uids, source);
        const fields = () => ({ targets: targets.length, ...source.content.loginName });
        const outcomes = await audited(c, log, "broadcast stop", fields, () =>
          holding(targets, () => broadcasts.stop(source.content, hostsOf(targets))),
        );
        audit(c.var, "broadcast hidden", targets, outcomes);
        return jsonResponse({ active: false, targets: answers(targets, outcomes, "stopped") });
      },
    );
}

const openOf = (targets: readonly Target[]): ApiConnection[] =>
  targets.flatMap(({ connection }) => (connection instanceof ApiError ? [] : connection));

const hostsOf = (targets: readonly Target[]): WatchedHost[] =>
  openOf(targets).map(({ content }) => content);

/** One for each target, in their order. `outcomes`: of those whose connections are open. */
function answers(targets: readonly Target[], outcomes: readonly Outcome[], state: string) {
  const left = [...outcomes];
  return targets.map(({ uid, connection }) => {
    const isOpen = !(connection instanceof ApiError);
    const host = isOpen ? formatHostAddress(connection.content.host.address) : null;
    const error = isOpen ? left.shift()! : connection;
    const target = { "connection-uid": uid, host };
    if (error === null) return { ...target, state };
    const apiError = toApiError(error);
    if (apiError === null) throw error;
    return { ...target, state: "failed", ...apiError.body };
  });
}

/** The address under which we reach the computer ourselves, unless that is of no use to others. */
function addressFor(source: ApiConnection, targets: readonly Target[]): string {
  const { host } = source.content.host.address;
  const isHere = (name: string) => /^(localhost|127\.|\[?::1\]?$)/i.test(name);
  const others = hostsOf(targets).filter((target) => !isHere(target.host.address.host));
  if (!isHere(host) || others.length === 0) return host;
  throw new ApiError(
    "InvalidData",
    `host is missing: the others cannot reach the computer as ${host}, wanted its address in their network`,
  );
}
