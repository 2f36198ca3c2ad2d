/** The API in front of a host that is no more than what a test needs. */
import { GuessLimit } from "../../../src/access/guess-limit.ts";
import { KeyDirectory } from "../../../src/access/key-directory.ts";
import type { Authenticator } from "../../../src/connect/authenticator.ts";
import { control, type ControlRequest } from "../../../src/hosts/control.ts";
import type { FeatureContext } from "../../../src/hosts/features/feature.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { HostSession } from "../../../src/hosts/host-session.ts";
import { HostState } from "../../../src/hosts/host-state.ts";
import { NetworkList } from "../../../src/access/network-list.ts";
import { BrowserRules } from "../../../src/access/browser-rules.ts";
import { OriginList } from "../../../src/access/origin-list.ts";
import { type AppOptions, createApp } from "../../../src/http/app.ts";
import { ClientAddresses } from "../../../src/http/client-address.ts";
import type { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { RequestBodies } from "../../../src/http/request-bodies.ts";
import { RfbViewers } from "../../../src/live/rfb-viewers.ts";
import { Streams } from "../../../src/live/streams.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import { encodeFeatureMessage, type FeatureMessage } from "../../../src/veyon/feature-message.ts";
import { Connections } from "../../../src/watch/connections.ts";
import { Logins } from "../../../src/watch/logins.ts";
import type { WatchedHost } from "../../../src/watch/watched-host.ts";
import { fakeConnector, sessionResources } from "../hosts/fake-host.ts";

export interface ApiError {
  readonly code: number;
  readonly message: string;
  readonly details?: string;
}

/** A connected host: its state, and what has been sent to it, in hexadecimal. */
export class FakeSession {
  readonly sent: string[] = [];
  readonly state = {
    known: new HostState(),
    sessionId: -1,
    refresh: async () => {},
    refreshUser: async () => {},
    refreshSession: async () => {},
  };
  sessionInfo = {};

  send(message: FeatureMessage): void {
    this.sent.push(encodeFeatureMessage(message, "numbers").toHex());
  }
}

export interface ApiOptions extends Partial<AppOptions> {
  readonly authenticator?: Authenticator;
  readonly look?: WatchedHost["look"];
  readonly demoServerPort?: number;
}

/** The app, one open connection on it, and the lines of its log. */
export function createApi(options: ApiOptions = {}) {
  const { authenticator, look, demoServerPort = 11400, ...rest } = options;
  const session = new FakeSession();
  const lines: string[] = [];
  const log = createLogger({ level: "debug", sink: (line) => void lines.push(line) });
  const connections = new Connections<WatchedHost>({
    connectionsMax: 2,
    idleTimeoutMs: 60_000,
    lifetimeMs: 3600_000,
  });
  const host = {
    address: { host: "pc-07", port: 11100 },
    session: session as unknown as HostSession,
    sessionWithin: () => Promise.resolve(session as unknown as HostSession),
  } as unknown as Host;
  const features: FeatureContext = {
    demoServerPort,
    demoToken: new Uint8Array(128),
    checkNamed: () => {},
    collectionId: "5b0ab4f6-06ee-4f56-a7a3-5e1e5e4bb3f0",
  };
  const unused = () => {
    throw new Error("This test has not arranged for that");
  };
  const loginName = { user: "teacher" };
  const watched = {
    host,
    features,
    loginName,
    control: (request: ControlRequest) => control(host, request, features),
    look: look ?? unused,
    close() {},
  } as unknown as WatchedHost;
  const connection = connections.add(watched, "")!;
  const logins = new Logins({
    authenticator: authenticator ?? ({ admit: unused } as unknown as Authenticator),
    connector: fakeConnector({}),
    connections,
    resources: sessionResources(),
    createPictureEncoder: () => ({ close() {} }) as PictureEncoder,
    authenticationTimeoutMs: 15_000,
    demoServerPort,
    log,
  });
  const app = createApp({
    bodies: new RequestBodies(),
    clients: new ClientAddresses(new NetworkList("")),
    browserRules: new BrowserRules(new OriginList(""), null),
    tokens: null,
    guesses: new GuessLimit({ perClient: 1000, perHost: 1000 }),
    keys: new KeyDirectory("", log),
    logins,
    probe: { methods: unused } as never,
    reachability: { state: unused } as never,
    connections,
    streams: new Streams(connections, log),
    viewers: new RfbViewers({ slicer: new TimeSlicer(), jpegCodec: () => null, log }),
    veyonServerPort: 11100,
    log,
    ...rest,
  });

  return {
    app,
    connections,
    host,
    session,
    watched,
    uid: connection.uid,
    lines,
    /** A request with this connection's header. */
    async request(method: string, path: string, body?: string): Promise<Response> {
      return app.request(`/api/v1/${path}`, {
        method,
        headers: { "Connection-Uid": connection.uid },
        ...(body !== undefined && { body }),
      });
    },
    close: () => connections.closeAll("shutdown"),
  };
}

export type Api = ReturnType<typeof createApi>;

/** The error that a response holds. */
export async function errorOf(response: Response): Promise<ApiError> {
  return ((await response.json()) as { error: ApiError }).error;
}
