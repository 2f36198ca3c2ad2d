import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
import { type HostAddress, parseHostAddress } from "../../connect/host-address.ts";
import { HostError } from "../../connect/host-error.ts";
import type { ReachabilityProbe } from "../../connect/reachability.ts";
import { requireScope } from "../access-control.ts";
import type { AppEnvironment } from "../environment.ts";
import { asker } from "../asker.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { hostParameter } from "../openapi/parameters.ts";
import { namedHost } from "./named-host.ts";

export interface HostStateOptions {
  readonly reachability: ReachabilityProbe;
  readonly veyonServerPort: number;
}

const getHostState: Operation = {
  id: "getHostState",
  tag: "State",
  summary: "Whether a computer can be reached",
  access: "server",
  parameters: [hostParameter],
  answers: {
    200: {
      description:
        "`online`: its Veyon Server listens; `up`: the computer answers; `down`: it does not",
      json: {
        schema: z.object({ state: z.enum(["online", "up", "down"]) }).meta({ id: "HostState" }),
        example: { state: "online" },
      },
    },
  },
  errors: ["ConnectionLimitReached"],
};

/** Since 4.9.1: `online` (its Veyon Server listens), `up` (the computer answers) or `down`. */
export function hostStateRoutes({ reachability, veyonServerPort }: HostStateOptions) {
  const named = z.object({
    host: z.string().transform((text) => addressOf(text, veyonServerPort)),
  });
  return new Hono<AppEnvironment>().get(
    "/:host",
    documented(getHostState, namedHost(veyonServerPort)),
    requireScope("view"),
    zValidator("param", named),
    async (c) => {
      const { host } = c.req.valid("param");
      const state = host === null ? "down" : await reachability.state(host, asker(c));
      return jsonResponse({ state });
    },
  );
}

/** Null for what cannot be the name of a computer. */
function addressOf(text: string, veyonServerPort: number): HostAddress | null {
  try {
    return parseHostAddress(text, veyonServerPort);
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}
