import { Hono } from "hono";
import type { Authenticator } from "../hosts/authenticator.ts";
import type { MethodProbe } from "../hosts/method-probe.ts";
import type { PictureEncoder } from "../image/picture-encoder.ts";
import type { Logger } from "../log.ts";
import type { ApiConnectionPool, PooledApiConnection } from "./api-connection.ts";
import type { AppEnvironment } from "./environment.ts";
import { describeClosed } from "./closed-connection.ts";
import { ApiError, toApiError } from "./errors.ts";
import { errorResponse, jsonResponse } from "./json-response.ts";
import { requestLog } from "./request-log.ts";
import { authenticationRoutes } from "./routes/authentication.ts";
import { featureRoutes } from "./routes/features.ts";
import { framebufferRoutes } from "./routes/framebuffer.ts";
import { hostStateRoutes } from "./routes/host-state.ts";
import { sessionRoutes } from "./routes/session.ts";
import { userRoutes } from "./routes/user.ts";

export interface AppOptions {
  readonly authenticator: Authenticator;
  readonly probe: MethodProbe;
  readonly pool: ApiConnectionPool;
  readonly createPictureEncoder: () => PictureEncoder;
  readonly veyonServerPort: number;
  readonly demoServerPort: number;
  readonly log: Logger;
}

/** What the reference says to everything that it does not know. */
const notFoundText = "Invalid command or non-matching HTTP method";

/** With the length, since Hono leaves the text away from the answer to HEAD. */
const notFoundHeaders = {
  "Content-Type": "text/plain",
  "Content-Length": String(notFoundText.length),
};

/** The API as a function from requests to responses; it never listens. */
export function createApp(options: AppOptions) {
  const { pool, log, veyonServerPort } = options;
  const notFound = () => new Response(notFoundText, { status: 404, headers: notFoundHeaders });

  const app = new Hono<AppEnvironment>();
  app.use(requestLog(log));
  app.use(async (c, next) => {
    // Hono would answer it with the headers of GET; the reference knows no HEAD.
    if (c.req.raw.method === "HEAD") return notFound();
    await next();
    return undefined;
  });
  app.route("/api/v1/authentication", authenticationRoutes(options));
  app.route("/api/v1/framebuffer", framebufferRoutes(pool));
  app.route("/api/v1/feature", featureRoutes(pool));
  app.route("/api/v1/user", userRoutes(pool));
  app.route("/api/v1/session", sessionRoutes(pool));
  app.route("/api/v1/hoststate", hostStateRoutes(veyonServerPort));
  app.notFound(notFound);
  app.onError((error, c) => {
    const found = toApiError(error);
    if (found !== null) {
      const apiError = closedMeanwhile(pool, c.get("connection")) ?? found;
      c.set("error", apiError);
      return errorResponse(apiError);
    }
    log.error("request failed", {
      request: c.get("requestId"),
      error: error.stack ?? String(error),
    });
    return jsonResponse({ error: { code: 500, message: "Internal error" } }, 500);
  });
  return app;
}

/** A connection that ended while the request was in hand takes everything with it; that it ended is the reason. */
function closedMeanwhile(
  pool: ApiConnectionPool,
  connection: PooledApiConnection | undefined,
): ApiError | null {
  if (connection === undefined) return null;
  const reason = pool.whyClosed(connection.uid);
  return reason === null
    ? null
    : new ApiError("InvalidConnection", describeClosed(reason, pool.limits));
}
