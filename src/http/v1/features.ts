import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
import { featureScope } from "../../access/scopes.ts";
import { control, findFeature } from "../../hosts/control.ts";
import { features } from "../../hosts/features/table.ts";
import { parseUuid } from "../../qt/uuid.ts";
import type { Logger } from "../../log/logger.ts";
import { checkScope } from "../access-control.ts";
import { audited } from "../audit.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { parseBody } from "./parse.ts";
import { withConnection } from "./with-connection.ts";

/**
 * The longest text that a host reads has 32,768 UTF-16 units, which are 196,608 bytes where each is
 * escaped; TextMessage has two of them. A list of a hundred websites or programs is far smaller.
 */
const controlBytesMax = 1024 * 1024;

/** What starts and what stops, as in 4.8 and newer. */
const active = z.unknown().transform((value) => {
  if (typeof value === "string") return !["", "0", "false"].includes(value.toLowerCase());
  return typeof value === "object" ? false : Boolean(value);
});

const controlSchema = z
  .object({ active: z.unknown().optional(), arguments: z.unknown().optional() })
  .refine((body) => body.active !== undefined, { path: ["active"], error: "is missing" })
  .transform((body) => ({ isActive: active.parse(body.active), arguments: body.arguments }));

/** Throws ControlError. */
const startable = z.object({ uid: z.string().transform(findFeature) });

export interface FeatureOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly log: Logger;
}

export function featureRoutes({ bodies, connections, log }: FeatureOptions) {
  return new Hono<AppEnvironment>()
    .get("/", withConnection(connections, "view"), async (c) => {
      const { state } = c.get("connection").content.host.session;
      await state.refresh("features");
      const { activeFeatures } = state.known;
      return jsonResponse(
        features.map(({ name, parentUid, uid }) => ({
          active: activeFeatures.has(uid),
          name,
          parentUid,
          uid,
        })),
      );
    })
    .get("/:uid", withConnection(connections, "view"), async (c) => {
      const { state } = c.get("connection").content.host.session;
      await state.refresh("features");
      const uid = parseUuid(c.req.param("uid"));
      return jsonResponse({ active: uid !== null && state.known.activeFeatures.has(uid) });
    })
    .put("/:uid", withConnection(connections, null), zValidator("param", startable), async (c) => {
      const { uid: feature } = c.req.valid("param");
      checkScope(c, featureScope(feature.uid));
      const request = parseBody(controlSchema, await bodies.read(c, controlBytesMax));
      const watched = c.get("connection").content;
      const event = request.isActive ? "feature start" : "feature stop";
      const fields = () => ({ feature: feature.name, ...watched.loginName });
      watched.features = await audited(c, log, event, fields, () =>
        control(watched.host, { feature, ...request }, watched.features),
      );
      return jsonResponse({});
    });
}
