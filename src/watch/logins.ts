/** From a login to a watched computer with a Connection-Uid. */
import { randomBytes } from "node:crypto";
import type { Authenticator, LoginRequest as HostLoginRequest } from "../connect/authenticator.ts";
import type { HostConnector } from "../connect/host-connector.ts";
import { Reconnection } from "../hosts/reconnection.ts";
import type { SessionResources } from "../hosts/host-session.ts";
import type { PictureEncoder } from "../image/picture-encoder.ts";
import type { Logger } from "../log/logger.ts";
import type { Connections, Lease } from "./connections.ts";
import { logHostEvents } from "./host-log.ts";
import { LimitError } from "./limit-error.ts";
import { loginName } from "./login-name.ts";
import { WatchedHost } from "./watched-host.ts";

export interface LoginsOptions {
  readonly authenticator: Authenticator;
  readonly connector: HostConnector;
  readonly connections: Connections<WatchedHost>;
  readonly resources: SessionResources;
  readonly createPictureEncoder: () => PictureEncoder;
  readonly authenticationTimeoutMs: number;
  readonly demoServerPort: number;
  readonly log: Logger;
  /** Hears of each computer that is watched from now on. */
  readonly onWatched?: (watched: WatchedHost) => void;
}

export interface LoginRequest extends HostLoginRequest {
  /** The id of the access token whose connection it will be; null and absent: without one. */
  readonly owner?: string | null;
}

/** As long as Veyon's own. */
const demoTokenBytes = 128;

/** Logins that may be under way at once; each holds a socket. */
const loginsMax = 512;
const loginsPerClientMax = loginsMax / 2;

export class Logins {
  readonly #options: LoginsOptions;
  /** Of each owner. */
  readonly #demoTokens = new Map<string | null, Uint8Array>();
  #underWay = 0;
  /** Of them, those of each caller. */
  readonly #byCaller = new Map<string, number>();

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Throws LimitError when no login would find a place now. */
  checkLimits(caller: string): void {
    if (!this.#options.connections.hasPlace(caller)) throw this.#full();
    if (this.#underWay >= loginsMax) {
      throw new LimitError(`${loginsMax} logins are under way, the limit of this server`);
    }
    if ((this.#byCaller.get(caller) ?? 0) < loginsPerClientMax) return;
    throw new LimitError(
      `${loginsPerClientMax} logins of this client are under way, half of the limit of this server`,
    );
  }

  /** Throws LimitError, HostError, and what the request's `credentials` throws. */
  async open(request: LoginRequest): Promise<Lease<WatchedHost>> {
    this.checkLimits(request.caller);
    this.#count(request.caller, 1);
    try {
      return await this.#open(request);
    } finally {
      this.#count(request.caller, -1);
    }
  }

  #count(caller: string, change: 1 | -1): void {
    this.#underWay += change;
    const count = (this.#byCaller.get(caller) ?? 0) + change;
    if (count === 0) this.#byCaller.delete(caller);
    else this.#byCaller.set(caller, count);
  }

  async #open(request: LoginRequest): Promise<Lease<WatchedHost>> {
    const { authenticator, connector, connections, log } = this.#options;
    const { loggedIn, credentials } = await authenticator.admit(request);
    const { authenticationTimeoutMs, resources, createPictureEncoder, demoServerPort, onWatched } =
      this.#options;
    const { address, transport } = loggedIn.veyon;
    const watched = new WatchedHost(loggedIn, {
      resources,
      reconnection: new Reconnection({
        address,
        connector,
        guard: request.guard ?? null,
        credentials,
        hasSpokenTls: transport === "tls",
        authenticationTimeoutMs,
        log,
      }),
      pictures: createPictureEncoder(),
      demoServerPort,
      demoToken: this.#demoTokenOf(request.owner ?? null),
      loginName: loginName(credentials),
      // On whichever port its demo server listens.
      checkNamed: (host) => connector.checkAllowed({ host, port: null }, request.guard ?? null),
    });
    logHostEvents(watched, log);
    onWatched?.(watched);
    const lease = connections.add(watched, request.caller, request.owner ?? null);
    if (lease === null) {
      watched.close("limit");
      throw this.#full();
    }
    // A caller that has gone will never learn the uid.
    if (request.signal.aborted) connections.close(lease.uid, "abandoned");
    return lease;
  }

  /**
   * The same for all of somebody's computers: a demo server is one of them, and those that are let
   * in are others.
   */
  #demoTokenOf(owner: string | null): Uint8Array {
    const known = this.#demoTokens.get(owner) ?? randomBytes(demoTokenBytes);
    this.#demoTokens.set(owner, known);
    return known;
  }

  #full(): LimitError {
    const { connectionsMax } = this.#options.connections.limits;
    return new LimitError(
      `${connectionsMax} connections are open, the limit of WebAPI/ConnectionLimit`,
    );
  }
}
