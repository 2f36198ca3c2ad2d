import type { HttpBindings } from "@hono/node-server";
import type { Access } from "../access/access.ts";
import type { OpenSocket } from "../live/message-socket.ts";
import type { Connections, Lease } from "../watch/connections.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import type { ApiError } from "./errors.ts";

/** Computers by their Connection-Uid. */
export type ApiConnections = Connections<WatchedHost>;
export type ApiConnection = Lease<WatchedHost>;

/** What middleware leaves for those behind it. */
export interface Variables {
  requestId: string;
  /** The address that the request came from; undefined when it came by no socket. */
  client: string | undefined;
  /** For the log: the path as it was written, where that is not the one of the request. */
  unresolvedPath: string | undefined;
  /** What the request may do; null: everything. Undefined is nothing: it has not been asked yet. */
  access: Access | null | undefined;
  /** The name of the access token, for logs, as `caller`; undefined without one. */
  token: string | undefined;
  /** Set where a route needs a Connection-Uid. */
  connection: ApiConnection | undefined;
  /** For the log: the connection that the request used or made. */
  connectionSerial: number | undefined;
  /** For the log: the host that the request is about. */
  host: string | undefined;
  /** For the log: the error that is the answer. */
  error: ApiError | undefined;
  /** For the log: that it is asked again and again, and has gone well. */
  isRoutine: boolean | undefined;
  /** For the log: the authentication method of a login. */
  loginMethod: string | undefined;
}

/** A request that a WebSocket may be opened on. */
export interface Upgrade {
  /** The subprotocols that the client offers, best first. */
  readonly protocols: readonly string[];
  /** Has the socket opened with this subprotocol, if any was offered, once the route is through. */
  accept(protocol: string, open: OpenSocket): void;
}

/**
 * Hono's type parameter of this application. Without a socket, as in a test, there are no bindings.
 */
export interface AppEnvironment {
  Bindings: Partial<HttpBindings> & { readonly upgrade?: Upgrade };
  Variables: Variables;
}
