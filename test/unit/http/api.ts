/** The API in front of a host that is no more than what a test needs. */
import { ConnectionPool } from "../../../src/hosts/connection-pool.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { HostSession } from "../../../src/hosts/host-session.ts";
import { HostState } from "../../../src/hosts/host-state.ts";
import { ApiConnection } from "../../../src/http/api-connection.ts";
import { type AppOptions, createApp } from "../../../src/http/app.ts";
import type { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { createLogger } from "../../../src/log.ts";
import { encodeFeatureMessage, type FeatureMessage } from "../../../src/veyon/feature-message.ts";

export interface ApiError {
  readonly code: number;
  readonly message: string;
  readonly details?: string;
}

/** A connected host: its state, and what has been sent to it, in hexadecimal. */
export class FakeSession {
  readonly state = new HostState();
  readonly sent: string[] = [];
  sessionId = -1;
  sessionInfo = {};
  picture = (): Promise<unknown> => Promise.resolve(null);

  send(message: FeatureMessage): void {
    this.sent.push(encodeFeatureMessage(message, "numbers").toHex());
  }

  async refreshFeatures(): Promise<void> {}
  async refreshUser(): Promise<void> {}
  async refreshSession(): Promise<void> {}
}

export interface ApiOptions extends Partial<AppOptions> {
  readonly session?: FakeSession;
  readonly pictures?: Partial<PictureEncoder>;
}

/** The app, one open connection on it, and the lines of its log. */
export function createApi(options: ApiOptions = {}) {
  const { session = new FakeSession(), pictures = {}, demoServerPort = 11400, ...rest } = options;
  const lines: string[] = [];
  const pool = new ConnectionPool<ApiConnection>({
    connectionsMax: 2,
    idleTimeoutMs: 60_000,
    lifetimeMs: 3600_000,
  });
  const host = {
    address: { host: "pc-07", port: 11100 },
    session: session as unknown as HostSession,
    picture: async () => host.session.picture(),
    sessionWithin: () => Promise.resolve(session as unknown as HostSession),
    close() {},
  } as unknown as Host;
  const encoder = { close() {}, ...pictures } as PictureEncoder;
  const connection = pool.add(new ApiConnection(host, encoder, demoServerPort))!;
  const unused = () => {
    throw new Error("This test has not arranged for that");
  };
  const app = createApp({
    authenticator: { logIn: unused } as never,
    probe: { methods: unused } as never,
    pool,
    createPictureEncoder: () => encoder,
    veyonServerPort: 11100,
    demoServerPort,
    log: createLogger({ level: "debug", sink: (line) => void lines.push(line) }),
    ...rest,
  });

  return {
    app,
    pool,
    host,
    session,
    content: connection.content,
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
    close: () => pool.closeAll("shutdown"),
  };
}

export type Api = ReturnType<typeof createApi>;

/** The error that a response holds. */
export async function errorOf(response: Response): Promise<ApiError> {
  return ((await response.json()) as { error: ApiError }).error;
}
