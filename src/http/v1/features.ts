import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
import { featureScope } from "../../access/scopes.ts";
import { findFeature } from "../../hosts/control.ts";
import { features } from "../../hosts/features/table.ts";
import { parseUuid } from "../../qt/uuid.ts";
import type { Logger } from "../../log/logger.ts";
import { checkScope } from "../access-control.ts";
import { audited } from "../audit.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { emptyAnswer, uuid } from "../openapi/parameters.ts";
import type { RequestBodies } from "../request-bodies.ts";
import {
  argumentsByUid,
  controllable,
  featureTable,
  publishedControl,
} from "./feature-arguments.ts";
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

const screenLock = features.find(({ name }) => name === "ScreenLock")!;

const listFeatures: Operation = {
  id: "listFeatures",
  tag: "Features",
  summary: "All features, and which of them are active",
  access: "connection",
  answers: {
    200: {
      description: "Parents come before their children",
      json: {
        schema: z.array(
          z
            .object({
              active: z.boolean(),
              name: z.string(),
              parentUid: uuid.describe("All zeros for none."),
              uid: uuid,
            })
            .meta({ id: "Feature" }),
        ),
        example: [
          {
            active: false,
            name: screenLock.name,
            parentUid: screenLock.parentUid,
            uid: screenLock.uid,
          },
        ],
      },
    },
  },
  errors: ["ConnectionTimedOut"],
};

const getFeature: Operation = {
  id: "getFeature",
  tag: "Features",
  summary: "Whether a feature is active",
  access: "connection",
  parameters: [
    {
      name: "uid",
      in: "path",
      required: true,
      description: "Of any feature; one that the computer does not know is not active.",
      schema: { type: "string", format: "uuid" },
      example: screenLock.uid,
    },
  ],
  answers: {
    200: {
      description: "As the computer says now",
      json: {
        schema: z.object({ active: z.boolean() }).meta({ id: "FeatureState" }),
        example: { active: true },
      },
    },
  },
  errors: ["ConnectionTimedOut"],
};

const controlFeature: Operation = {
  id: "controlFeature",
  tag: "Features",
  summary: "Start or stop a feature",
  description: featureTable,
  access: "connection",
  parameters: [
    {
      name: "uid",
      in: "path",
      required: true,
      schema: controllable,
      example: screenLock.uid,
    },
  ],
  body: publishedControl,
  answers: { 200: { description: "The computer has been told", json: emptyAnswer } },
  errors: ["InvalidFeature", "ConnectionTimedOut"],
  extensions: { "x-feature-arguments": argumentsByUid },
};

export function featureRoutes({ bodies, connections, log }: FeatureOptions) {
  const forList = documented(listFeatures, withConnection(connections, "view"));
  const forOne = documented(getFeature, withConnection(connections, "view"));
  const forControl = documented(controlFeature, withConnection(connections, null));
  return new Hono<AppEnvironment>()
    .get("/", forList, async (c) => {
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
    .get("/:uid", forOne, async (c) => {
      const { state } = c.get("connection").content.host.session;
      await state.refresh("features");
      const uid = parseUuid(c.req.param("uid"));
      return jsonResponse({ active: uid !== null && state.known.activeFeatures.has(uid) });
    })
    .put("/:uid", forControl, zValidator("param", startable), async (c) => {
      const { uid: feature } = c.req.valid("param");
      checkScope(c, featureScope(feature.uid));
      const request = parseBody(controlSchema, await bodies.read(c, controlBytesMax));
      const watched = c.get("connection").content;
      const event = request.isActive ? "feature start" : "feature stop";
      const fields = () => ({ feature: feature.name, ...watched.loginName });
      await audited(c, log, event, fields, () => watched.control({ feature, ...request }));
      return jsonResponse({});
    });
}
