import type { ConnectionLimits } from "./connections.ts";
import type { CloseReason } from "./host-events.ts";

/** For the client that uses the uid of a connection that is no more. */
export function describeClosed(reason: CloseReason, limits: ConnectionLimits): string {
  return `the connection is closed ${explain(reason, limits)}`;
}

function explain(reason: CloseReason, { idleTimeoutMs, lifetimeMs }: ConnectionLimits): string {
  switch (reason) {
    case "idle":
      return `after ${idleTimeoutMs / 1000} s without a request (WebAPI/ConnectionIdleTimeout)`;
    case "lifetime":
      return `at the end of its lifetime of ${lifetimeMs / 3_600_000} h (WebAPI/ConnectionLifetime)`;
    case "DELETE":
      return "by DELETE authentication";
    case "shutdown":
      return "since the server stops";
    case "abandoned":
      return "since its client did not wait for the answer to its login";
    case "displaced":
      return "since another client needed its place, and its own has more than its share (WebAPI/ConnectionsPerClient)";
    case "revoked":
      return "since its access token was revoked, or is not good for this host any more";
    case "limit":
      return "since the limit of connections was reached";
  }
}
