import type { Context } from "hono";
import type { OpenSocket } from "../../live/message-socket.ts";
import type { AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";

/** A status that only a WebSocket answers with. */
const switchingProtocols = 101;

/**
 * Answers a request with a WebSocket, in a route behind whatever middleware it needs:
 *
 *     .get("/live", withTicket, (c) => webSocket(c, "veyon-live.v1", (ws) => new Viewer(ws)))
 *
 * A client that offers no subprotocol gets none. Throws ApiError: 426 without a request for a
 * WebSocket, 400 when the client offers other subprotocols only.
 */
export function webSocket(
  c: Pick<Context<AppEnvironment>, "env">,
  protocol: string,
  open: OpenSocket,
): Response {
  const { upgrade } = c.env;
  if (upgrade === undefined) throw new ApiError("UpgradeRequired", "this is a WebSocket");
  if (upgrade.protocols.length > 0 && !upgrade.protocols.includes(protocol)) {
    throw new ApiError(
      "InvalidData",
      `no subprotocol is offered that is known: wanted ${protocol}`,
    );
  }
  upgrade.accept(protocol, open);
  return new Response(null, { status: switchingProtocols });
}
