/**
 * Veyon's own API, with what its clients rely on: an unknown path is answered in plain text, and
 * HEAD is unknown.
 */
import { Hono } from "hono";
import type { AppEnvironment } from "../environment.ts";
import { type AuthenticationOptions, authenticationRoutes } from "./authentication.ts";
import { featureRoutes } from "./features.ts";
import { framebufferRoutes } from "./framebuffer.ts";
import { type HostStateOptions, hostStateRoutes } from "./host-state.ts";
import { notFound } from "./not-found.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./user.ts";

export type V1Options = AuthenticationOptions & HostStateOptions;

export function v1Routes(options: V1Options) {
  const { connections } = options;
  return new Hono<AppEnvironment>()
    .use(async (c, next) => {
      // Hono would answer it with the headers of GET.
      if (c.req.raw.method === "HEAD") return notFound();
      await next();
      return undefined;
    })
    .route("/authentication", authenticationRoutes(options))
    .route("/framebuffer", framebufferRoutes(connections))
    .route("/feature", featureRoutes(options))
    .route("/user", userRoutes(connections))
    .route("/session", sessionRoutes(connections))
    .route("/hoststate", hostStateRoutes(options));
}
