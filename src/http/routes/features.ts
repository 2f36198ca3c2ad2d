import { Hono } from "hono";
import { z } from "zod";
import { type Feature, type FeatureContext } from "../../hosts/features/feature.ts";
import { featureByUid, features } from "../../hosts/features/table.ts";
import { parseUuid } from "../../qt/uuid.ts";
import type { FeatureMessage } from "../../veyon/feature-message.ts";
import type { ApiConnectionPool } from "../api-connection.ts";
import type { AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { jsonResponse } from "../json-response.ts";
import { describeIssues, parseBody } from "../parse.ts";
import { withConnection } from "../with-connection.ts";

/** How long a host that is gone is given to come back before a feature counts as not sent. */
const returnWaitMs = 2000;

/** What starts and what stops, as in 4.8 and newer. */
const active = z.unknown().transform((value) => {
  if (typeof value === "string") return !["", "0", "false"].includes(value.toLowerCase());
  return typeof value === "object" ? false : Boolean(value);
});

const controlSchema = z
  .object({ active: z.unknown().optional(), arguments: z.unknown().optional() })
  .refine((body) => body.active !== undefined, { path: ["active"], error: "is missing" })
  .transform((body) => ({ active: active.parse(body.active), arguments: body.arguments }));

export function featureRoutes(pool: ApiConnectionPool) {
  return new Hono<AppEnvironment>()
    .get("/", withConnection(pool), async (c) => {
      const { session } = c.get("connection").content.host;
      await session.refreshFeatures();
      const { activeFeatures } = session.state;
      return jsonResponse(
        features.map(({ name, parentUid, uid }) => ({
          active: activeFeatures.has(uid),
          name,
          parentUid,
          uid,
        })),
      );
    })
    .get("/:uid", withConnection(pool), async (c) => {
      const { session } = c.get("connection").content.host;
      await session.refreshFeatures();
      const uid = parseUuid(c.req.param("uid"));
      return jsonResponse({ active: uid !== null && session.state.activeFeatures.has(uid) });
    })
    .put("/:uid", withConnection(pool), async (c) => {
      const feature = findFeature(c.req.param("uid"));
      const request = await parseBody(controlSchema, c.req.raw);
      const { host, features: context } = c.get("connection").content;
      const messages = request.active
        ? startMessages(feature, request.arguments, context)
        : feature.stop(context);
      if (messages.length > 0) {
        const session = await host.sessionWithin(returnWaitMs);
        for (const message of messages) session.send(message);
      }
      return jsonResponse({});
    });
}

function findFeature(text: string): Feature {
  const uid = parseUuid(text);
  const feature = uid === null ? null : featureByUid(uid);
  if (feature === null) throw new ApiError("InvalidFeature");
  return feature;
}

function startMessages(feature: Feature, args: unknown, context: FeatureContext): FeatureMessage[] {
  if (feature.start === null) {
    throw new ApiError("InvalidFeature", `${feature.name} cannot be started through this API`);
  }
  const result = feature.start.arguments.safeParse(args);
  if (!result.success) {
    const details = describeIssues(result.error.issues);
    throw new ApiError("InvalidData", `arguments of ${feature.name}: ${details}`);
  }
  return feature.start.messages(result.data, context);
}
