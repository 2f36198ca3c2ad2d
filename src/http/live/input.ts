import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { z } from "zod";
import type { Input } from "../../hosts/input/input.ts";
import { RequestHands } from "../../live/request-hands.ts";
import type { Tickets } from "../../live/tickets.ts";
import type { Logger } from "../../log/logger.ts";
import { pixelOf } from "../../watch/pointer-place.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { onlyConnection, type WithAdmission, withAdmission } from "./admission.ts";
import { sendClipboard, sendKey, sendPointer } from "./input-operations.ts";
import { clipboardSchema, keySchema, pointerSchema } from "./input-schemas.ts";
import { ownerOf } from "./stream-owner.ts";
import { parseStrictBody } from "./strict-body.ts";

/** A thousand characters take 12 KB where each is escaped. */
const inputBytesMax = 16 * 1024;

/** The longest text that a host reads takes 192 KiB where each character is escaped. */
const clipboardBytesMax = 256 * 1024;

export interface InputOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
  readonly log: Logger;
}

interface WithControl extends AppEnvironment {
  Variables: WithAdmission["Variables"] & { connection: ApiConnection };
}

/** Hands on a computer. Nothing of what they do is in the log but that they do it. */
export function inputRoutes({ bodies, connections, tickets, log }: InputOptions) {
  const hands = new RequestHands({ log });

  async function read<Schema extends z.ZodType>(
    c: Context<WithControl>,
    schema: Schema,
    bytesMax = inputBytesMax,
  ): Promise<z.output<Schema>> {
    return parseStrictBody(schema, await bodies.read(c, bytesMax));
  }

  function take(c: Context<WithControl>, input: Input): Response {
    hands.take(c.get("connection"), ownerOf(c.var, "requests"), input);
    // It comes with each move of a hand; the log has when they began and ended.
    c.set("isRoutine", true);
    return jsonResponse({});
  }

  const admit = (operation: Operation) =>
    documented(operation, withAdmission(connections, tickets, "control"));
  const controlled = withControl(connections);
  return new Hono<AppEnvironment>()
    .post("/pointer", admit(sendPointer), controlled, async (c) => {
      const { place, buttonMask } = await read(c, pointerSchema);
      const connection = c.get("connection");
      const { content: watched } = connection;
      if (place.screen !== undefined) await watched.learnScreens();
      const pixel = pixelOf(place, watched.host.session);
      return take(c, {
        kind: "pointer",
        ...pixel,
        buttonMask: buttonMask ?? hands.buttonMask(connection),
      });
    })
    .post("/key", admit(sendKey), controlled, async (c) => take(c, await read(c, keySchema)))
    .post("/clipboard", admit(sendClipboard), controlled, async (c) =>
      take(c, await read(c, clipboardSchema, clipboardBytesMax)),
    );
}

/** Lets pass who may control the one computer. Its connection is not idle meanwhile. */
function withControl(connections: ApiConnections) {
  return createMiddleware<WithControl>(async function withControl(c, next) {
    const admission = c.get("admission");
    if (admission.scope !== "control") {
      throw new ApiError("NotAllowed", "the ticket is for viewing: wanted one with scope control");
    }
    const connection = onlyConnection(admission);
    c.set("connection", connection);
    const release = connections.hold(connection.uid);
    try {
      await next();
    } finally {
      release();
    }
  });
}
