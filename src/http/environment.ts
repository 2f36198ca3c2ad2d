import type { Logger } from "../log.ts";
import type { PooledApiConnection } from "./api-connection.ts";

/** What middleware leaves for those behind it. */
export interface Variables {
  requestId: string;
  /** Set where a route needs a Connection-Uid. */
  connection: PooledApiConnection | undefined;
  /** For the log: the connection that the request used or made. */
  connectionSerial: number | undefined;
  log: Logger;
}

/** Hono's type parameter of this application. */
export interface AppEnvironment {
  Variables: Variables;
}
