/** Composes the server by hand; the one place that knows all layers. */
import type { Hono } from "hono";
import type { Settings } from "../config/settings-schema.ts";
import { Authenticator } from "../hosts/authenticator.ts";
import { ConnectionPool } from "../hosts/connection-pool.ts";
import { settlesWithin } from "../hosts/deadline.ts";
import type { HostSessionOptions } from "../hosts/host-session.ts";
import { MethodProbe } from "../hosts/method-probe.ts";
import type { ApiConnection } from "../http/api-connection.ts";
import { createApp } from "../http/app.ts";
import { listen } from "../http/server.ts";
import { Pictures } from "../image/pictures.ts";
import type { Logger } from "../log.ts";
import { createConnector } from "./create-connector.ts";
import { readTlsFiles } from "./tls-files.ts";

export interface RunningServer {
  /** An address that a client on this computer can use as it stands. */
  readonly url: string;
  /** For people: the address as it is, and who can reach and read it. */
  readonly listensOn: string;
  /** Finishes the requests in hand, closes the hosts and frees the port. */
  stop(): Promise<void>;
}

/** What requests in hand have left when the server stops; then they are told that it stops. */
const stopGraceMs = 3000;

/** What is left for telling them. Everything is over within 5 s. */
const lastAnswersMs = 500;

/** Throws ListenError or SettingsError. `pages`: routes beside the API. `sessionOptions`: what no setting says. */
export async function serve(
  settings: Settings,
  log: Logger,
  pages?: Hono,
  sessionOptions?: Partial<HostSessionOptions>,
): Promise<RunningServer> {
  const tls = await readTlsFiles(settings);
  const connector = await createConnector(settings, sessionOptions);
  const authenticationTimeoutMs = settings.connectionAuthenticationTimeoutMs;
  const probe = new MethodProbe(connector, authenticationTimeoutMs);
  const authenticator = new Authenticator({ connector, probe, authenticationTimeoutMs, log });
  const pool = new ConnectionPool<ApiConnection>({
    connectionsMax: settings.connectionLimit,
    idleTimeoutMs: settings.connectionIdleTimeoutMs,
    lifetimeMs: settings.connectionLifetimeMs,
  });
  const pictures = new Pictures({
    engine: settings.imageEngine,
    cacheBytesMax: settings.pictureCacheBytes,
    warn: (message) => log.warn("picture engine", { reason: message }),
  });
  const app = createApp({
    authenticator,
    probe,
    pool,
    createPictureEncoder: () => pictures.openEncoder(),
    veyonServerPort: settings.veyonServerPort,
    demoServerPort: settings.demoServerPort,
    log,
  });
  if (pages !== undefined) app.route("/", pages);
  const server = await listen(app.fetch, {
    port: settings.httpServerPort,
    bindAddress: settings.bindAddress,
    tls,
    log,
  });
  return {
    url: server.url,
    listensOn: server.listensOn,
    async stop() {
      log.info("server stops");
      const stopped = server.stop();
      await settlesWithin(stopped, stopGraceMs);
      authenticator.close();
      probe.close();
      await settlesWithin(stopped, lastAnswersMs);
      server.cut();
      await stopped;
      pool.closeAll("shutdown");
      pictures.close();
      log.info("server stopped");
    },
  };
}
