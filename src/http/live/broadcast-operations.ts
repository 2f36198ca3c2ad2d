/** What the document of the API says of one computer's screen on others. */
import { z } from "zod";
import { broadcastModes } from "../../watch/broadcasts.ts";
import type { Operation } from "../openapi/operation.ts";
import { errorSchema } from "../openapi/error-responses.ts";
import { uuid } from "../openapi/parameters.ts";
import { connectionUids } from "./connection-uid.ts";

const example = {
  uid: "b7f2d7a5-52b2-4f0c-9a3e-0c9d1e5a7b34",
  token: "bnVsbCBhbmQgdm9pZCwgYnV0IHRydWx5IHJhbmRvbSE",
};

/** Of one that has failed, `error` says why. */
const targets = z.array(
  z
    .object({
      "connection-uid": uuid,
      host: z.string().nullable().describe("Null when its connection is closed."),
      state: z.enum(["started", "stopped", "failed"]),
      error: errorSchema.shape.error.optional(),
    })
    .meta({ id: "BroadcastTarget" }),
);

export const startBroadcast: Operation = {
  id: "startBroadcast",
  tag: "Features",
  summary: "Show one computer's screen on others",
  description: "That of the header's connection. Each of the others succeeds or fails by itself.",
  access: "connection",
  body: {
    schema: z
      .strictObject({
        targetConnectionUids: connectionUids,
        mode: z.enum(broadcastModes).optional().describe("By default `fullScreen`."),
        host: z
          .string()
          .min(1)
          .optional()
          .describe("Where the others reach the computer; by default the host of its login."),
        port: z
          .int()
          .min(1)
          .max(65_535)
          .optional()
          .describe("Where its demo server listens; by default Network/DemoServerPort."),
      })
      .meta({ id: "BroadcastRequest" }),
    examples: {
      Window: {
        summary: "In a window",
        value: { targetConnectionUids: [example.uid], mode: "window", host: "10.20.0.10" },
      },
    },
  },
  answers: {
    200: {
      description: "What has become of each of the others",
      json: {
        schema: z
          .object({
            active: z.boolean().describe("Whether at least one has started."),
            mode: z.enum(broadcastModes),
            host: z.string(),
            port: z.int().min(0).max(65_535),
            token: z.string().describe("What the demo server wants to see."),
            targets,
          })
          .meta({ id: "Broadcast" }),
        example: {
          active: true,
          mode: "window",
          host: "10.20.0.10",
          port: 11400,
          token: example.token,
          targets: [{ "connection-uid": example.uid, host: "room1-pc2:11100", state: "started" }],
        },
      },
    },
  },
  errors: ["ConnectionTimedOut"],
};

export const stopBroadcast: Operation = {
  id: "stopBroadcast",
  tag: "Features",
  summary: "End that",
  access: "connection",
  body: {
    isOptional: true,
    schema: z
      .strictObject({
        targetConnectionUids: connectionUids
          .describe("By default all on which it is shown.")
          .optional(),
      })
      .meta({ id: "BroadcastStopRequest" }),
    examples: { All: { summary: "On all of them", value: {} } },
  },
  answers: {
    200: {
      description: "What has become of each of the others",
      json: {
        schema: z.object({ active: z.literal(false), targets }).meta({ id: "BroadcastStopped" }),
        example: {
          active: false,
          targets: [{ "connection-uid": example.uid, host: "room1-pc2:11100", state: "stopped" }],
        },
      },
    },
  },
  errors: ["ConnectionTimedOut"],
  details: { InvalidData: "the body is not JSON" },
};
