import type { Logger } from "../log/logger.ts";
import type { Asker } from "../net/asker.ts";
import type { Credentials } from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import type { HostConnector, LoggedIn } from "./host-connector.ts";
import { HostError } from "./host-error.ts";
import { checkOffered } from "./log-in.ts";
import type { MethodProbe } from "./method-probe.ts";
import type { VeyonConnection } from "./veyon-connection.ts";

export interface AuthenticatorOptions {
  readonly connector: HostConnector;
  readonly probe: MethodProbe;
  /** For connecting and logging in together, in ms. */
  readonly authenticationTimeoutMs: number;
}

/** The signal is aborted when the caller has gone. */
export interface LoginRequest extends Asker {
  readonly address: HostAddress;
  /** Null: one that we do not know, so that no host can offer it. */
  readonly method: AuthenticationMethod | null;
  /** Called once the host has offered the method; may throw. */
  readonly credentials: (method: AuthenticationMethod) => Credentials | Promise<Credentials>;
  /** The caller's. */
  readonly log: Logger;
}

/** A host that has let somebody in, and by what. */
export interface Admission {
  readonly loggedIn: LoggedIn;
  readonly credentials: Credentials;
}

/** Logs in to hosts. The order of its checks is the reference's: host, method, credentials. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #closing = new AbortController();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Throws HostError, and what `credentials` throws. */
  async admit(request: LoginRequest): Promise<Admission> {
    const closing = this.#closing.signal;
    try {
      return await this.#admit(request, closing);
    } catch (error) {
      if (!closing.aborted) throw error;
      throw HostError.cancelled(formatHostAddress(request.address), error);
    }
  }

  /** Gives up the logins under way, which then fail as cancelled. */
  close(): void {
    this.#closing.abort();
  }

  async #admit(request: LoginRequest, closing: AbortSignal): Promise<Admission> {
    const { connector, probe, authenticationTimeoutMs } = this.#options;
    const { address, caller, guard = null, log } = request;
    connector.checkAllowed(address, guard);
    const signal = AbortSignal.any([
      request.signal,
      closing,
      AbortSignal.timeout(authenticationTimeoutMs),
    ]);
    const veyon =
      probe.takeWaiting(address, guard) ??
      (await connector.dial(address, { signal, caller, guard }));
    const credentials = await this.#credentials(veyon, request);
    const loggedIn = await connector.logIn(veyon, credentials, { signal, caller });
    log.info("host connected", { host: formatHostAddress(address), method: credentials.method });
    return { loggedIn, credentials };
  }

  async #credentials(
    veyon: VeyonConnection,
    { method, credentials }: LoginRequest,
  ): Promise<Credentials> {
    try {
      checkOffered(veyon, method);
      return await credentials(method);
    } catch (error) {
      veyon.connection.close();
      throw error;
    }
  }
}
