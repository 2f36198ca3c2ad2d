import { Hono } from "hono";
import type { AccessTokens } from "../access/access-tokens.ts";
import type { BrowserRules } from "../access/browser-rules.ts";
import type { Room } from "../page/room.ts";
import { accessControl } from "./access-control.ts";
import type { ClientAddresses } from "./client-address.ts";
import { dotSegments } from "./dot-segments.ts";
import { parseUuid } from "../qt/uuid.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "./environment.ts";
import { ApiError, toApiError } from "./errors.ts";
import { hostNameGuard } from "./host-name-guard.ts";
import { errorResponse, jsonResponse } from "./json-response.ts";
import { type LiveOptions, liveRoutes } from "./live/routes.ts";
import { type Monitoring, monitoringRoutes } from "./monitoring.ts";
import { documentRoutes } from "./openapi/document.ts";
import { originGuard } from "./origin-guard.ts";
import { docsRoutes } from "./pages/docs.ts";
import { frontRoutes } from "./pages/front.ts";
import { viewRoutes } from "./pages/view.ts";
import { requestIds } from "./request-ids.ts";
import { requestLog } from "./request-log.ts";
import { describeClosed } from "../watch/closed-connection.ts";
import { notFound } from "./v1/not-found.ts";
import { type V1Options, v1Routes } from "./v1/routes.ts";

export interface AppOptions extends V1Options, LiveOptions {
  /** Null: everybody may do everything. */
  readonly tokens: AccessTokens | null;
  readonly clients: ClientAddresses;
  readonly browserRules: BrowserRules;
  readonly monitoring?: Monitoring;
  /** Whether there is a page that shows computers, and the room that it shows without asking. */
  readonly viewPage?: { readonly given: Room | null };
  /** Whether every answer says its X-Request-Id, not only that to a request with one. */
  readonly answersRequestIds?: boolean;
}

/** The API as a function from requests to responses; it never listens. */
export function createApp(options: AppOptions) {
  const { clients, browserRules, tokens, connections, log, observer } = options;
  const { monitoring, viewPage, answersRequestIds = false } = options;
  const isConnectionUid = (text: string) => {
    const uid = parseUuid(text);
    return uid !== null && connections.hasGivenOut(uid);
  };
  const app = new Hono<AppEnvironment>();
  app.use(
    requestLog({
      log,
      clients,
      observer,
      nextId: requestIds(isConnectionUid),
      answersIds: answersRequestIds,
    }),
    dotSegments,
    hostNameGuard(browserRules),
    originGuard(browserRules),
  );
  // A browser that opens a page has no token to send, and the page tells of no host.
  if (viewPage !== undefined) app.route("/view", viewRoutes(viewPage.given));
  app.use(accessControl(tokens));
  app.route("/api/v1", v1Routes(options));
  app.route("/api/v1", liveRoutes(options));
  if (monitoring !== undefined) app.route("/", monitoringRoutes(monitoring));
  app.route("/api/v1", documentRoutes(app));
  app.route("/docs", docsRoutes());
  app.route("/", frontRoutes(app));
  app.notFound(notFound);
  app.onError((error, c) => {
    const found = toApiError(error);
    if (found !== null) {
      const apiError = closedMeanwhile(connections, c.get("connection")) ?? found;
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

/**
 * A connection that ended while the request was in hand takes everything with it; that it ended is
 * the reason.
 */
function closedMeanwhile(
  connections: ApiConnections,
  connection: ApiConnection | undefined,
): ApiError | null {
  if (connection === undefined) return null;
  const reason = connections.whyClosed(connection.uid, connection.owner);
  if (reason === null) return null;
  return new ApiError("InvalidConnection", describeClosed(reason, connections.limits));
}
