/** Composes the server by hand; the one place that knows all layers. */
import { BrowserRules } from "../access/browser-rules.ts";
import { HostNames } from "../access/host-names.ts";
import { GuessLimit } from "../access/guess-limit.ts";
import { KeyDirectory } from "../access/key-directory.ts";
import type { Settings } from "../config/settings-schema.ts";
import { Authenticator } from "../connect/authenticator.ts";
import { Collection } from "../scheduling/collection.ts";
import { settlesWithin } from "../scheduling/deadline.ts";
import type { SessionResources } from "../hosts/host-session.ts";
import { MethodProbe } from "../connect/method-probe.ts";
import { ReachabilityProbe } from "../connect/reachability.ts";
import { createApp } from "../http/app.ts";
import { ClientAddresses } from "../http/client-address.ts";
import { webSocketPaths } from "../http/live/routes.ts";
import { RequestBodies } from "../http/request-bodies.ts";
import { listen } from "../listener/server.ts";
import { Pictures } from "../image/pictures.ts";
import { RfbViewers } from "../live/rfb-viewers.ts";
import { Streams } from "../live/streams.ts";
import type { Logger } from "../log/logger.ts";
import type { Room } from "../page/room.ts";
import { ServerMetrics } from "../metrics/server-metrics.ts";
import { version } from "../version.ts";
import { Connections } from "../watch/connections.ts";
import { Logins } from "../watch/logins.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import { openAccessTokens } from "./access-tokens.ts";
import { CertificateWatch } from "./certificate-watch.ts";
import { createConnector, createDialler } from "./create-connector.ts";
import { readinessProblems } from "./readiness.ts";
import type { Reloadable } from "./reload.ts";
import { callersReload } from "./reload-callers.ts";
import { accessTokensReload, allowedHostsReload } from "./reload-access.ts";
import { certificatesReload } from "./reload-certificates.ts";
import { createSessionResources } from "./session-resources.ts";
import { readTlsFiles } from "./tls-files.ts";

export interface RunningServer {
  /** What it can take over while it runs. */
  readonly reloadables: readonly Reloadable[];
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

/** What is left for hosts to read that keys are let go of. */
const lastInputMs = 300;

/**
 * Throws ListenError or SettingsError. `given`: the room that the page shows without asking for it.
 * `sessions`: for sessions with hosts, what no setting says.
 */
export async function serve(
  settings: Settings,
  log: Logger,
  given: Room | null = null,
  sessions?: Partial<SessionResources>,
): Promise<RunningServer> {
  const tls = await readTlsFiles(settings);
  const dialler = createDialler(settings, log);
  const connector = await createConnector(settings, dialler);
  const resources = { ...createSessionResources(settings), ...sessions };
  const authenticationTimeoutMs = settings.connectionAuthenticationTimeoutMs;
  const probe = new MethodProbe(connector, authenticationTimeoutMs);
  const authenticator = new Authenticator({ connector, probe, authenticationTimeoutMs });
  const connections = new Connections<WatchedHost>({
    connectionsMax: settings.connectionLimit,
    connectionsPerClient: settings.connectionsPerClient,
    idleTimeoutMs: settings.connectionIdleTimeoutMs,
    lifetimeMs: settings.connectionLifetimeMs,
  });
  const certificates = new CertificateWatch(log);
  const metrics = new ServerMetrics({
    version,
    connections,
    traffic: resources.traffic,
    screenMemory: resources.memory,
    certificateExpiresAtMs: () => certificates.apiValidity?.untilMs ?? null,
  });
  const pictures = new Pictures({
    observer: metrics.pictures,
    slicer: resources.slicer,
    engine: settings.imageEngine,
    cacheBytesMax: settings.pictureCacheBytes,
    enlargementMax: settings.enlargementLimit,
    warn: (message) => log.warn("picture engine", { reason: message }),
  });
  metrics.readCache(pictures.cache);
  const collection = new Collection();
  const logins = new Logins({
    authenticator,
    connector,
    connections,
    resources,
    createPictureEncoder: () => pictures.openEncoder(),
    authenticationTimeoutMs,
    demoServerPort: settings.demoServerPort,
    log,
    onWatched: (watched) => {
      metrics.connections.follow(watched);
      watched.events.subscribe(({ kind }) => {
        if (kind === "closed" || kind === "lost") collection.soon();
      });
    },
  });
  const streams = new Streams(connections, log);
  const viewers = new RfbViewers({
    slicer: resources.slicer,
    jpegCodec: () => pictures.directJpegCodec(),
    log,
  });
  const { veyonServerPort } = settings;
  const bodies = new RequestBodies();
  const clients = new ClientAddresses(settings.trustedProxies);
  const { allowedOrigins, allowedHostNames, bindAddress } = settings;
  const rules = new BrowserRules(allowedOrigins, HostNames.from(allowedHostNames, bindAddress));
  const tokens = await openAccessTokens(settings, log);
  const keys = new KeyDirectory(settings.keysDirectory || settings.privateKeyBaseDir, log);
  tokens?.whenChanged((weakened) =>
    connections.closeSome("revoked", ({ owner }) => owner !== null && weakened.has(owner)),
  );
  let isStopping = false;
  const app = createApp({
    bodies,
    clients,
    browserRules: rules,
    tokens,
    keys,
    guesses: new GuessLimit({
      perClient: settings.refusedLoginsPerClient,
      perHost: settings.refusedLoginsPerHost,
    }),
    probe,
    logins,
    connections,
    streams,
    reachability: new ReachabilityProbe(dialler),
    viewers,
    veyonServerPort,
    ...(settings.hasViewPage && { viewPage: { given } }),
    answersRequestIds: settings.answersRequestIds,
    observer: metrics.api,
    monitoring: {
      metrics,
      problems: () =>
        readinessProblems({
          isStopping,
          isFull: connections.isFull,
          validity: certificates.apiValidity,
        }),
    },
    log,
  });
  const server = await listen(app.fetch, {
    port: settings.httpServerPort,
    bindAddress: settings.bindAddress,
    tls,
    clients,
    webSocketPaths,
    log,
  });
  const { certificateAuthorities: authority } = connector;
  certificates.use({ api: tls?.certificate ?? null, authority });
  return {
    url: server.url,
    listensOn: server.listensOn,
    reloadables: [
      certificatesReload({
        tls,
        watch: certificates,
        renewCertificate: (renewed) => server.renewCertificate(renewed),
        trust: (authorities) => connector.trust(authorities),
      }),
      allowedHostsReload(settings, dialler),
      ...callersReload(settings, { rules, clients }),
      ...(tokens === null ? [] : [accessTokensReload(tokens)]),
    ],
    async stop() {
      log.info("server stops");
      isStopping = true;
      streams.endAll();
      const stopped = server.stop();
      await settlesWithin(stopped, stopGraceMs);
      authenticator.close();
      probe.close();
      await settlesWithin(stopped, lastAnswersMs);
      server.cut();
      await stopped;
      const hosts = [...connections.all()].map(({ content }) => content.host.gone);
      connections.closeAll("shutdown");
      await settlesWithin(Promise.all(hosts), lastInputMs);
      pictures.close();
      metrics.close();
      certificates.close();
      tokens?.close();
      log.info("server stopped");
    },
  };
}
