/** Everything between an address with credentials and a host that has let us in. */
import type { Asker } from "../net/asker.ts";
import type { HostGuard, NamedHost } from "../net/host-guard.ts";
import type { ServerInit } from "../rfb/handshake.ts";
import type { Credentials } from "../veyon/authentication.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { logIn, type LoginStep } from "./log-in.ts";
import { SignatureQueue } from "./signature-queue.ts";
import { TransportRules, type TransportSettings } from "./transport-rules.ts";
import {
  type DialSettings,
  type DialStep,
  openVeyonConnection,
  unconnected,
  type VeyonConnection,
} from "./veyon-connection.ts";

export interface ConnectorSettings extends DialSettings, TransportSettings {
  /** Who asks, for the hosts' access rules and dialogs. */
  readonly userName: string;
}

export interface ConnectOptions extends Asker {
  /** Whoever dials knows that the host has spoken TLS before. */
  readonly hasSpokenTls?: boolean;
  readonly onStep?: (step: DialStep | LoginStep) => void;
}

/** A host that has let us in, and waits for what we want. */
export interface LoggedIn {
  readonly veyon: VeyonConnection;
  readonly init: ServerInit;
}

export class HostConnector {
  readonly #transports: TransportRules;
  readonly #signatures = new SignatureQueue();
  #settings: ConnectorSettings;

  constructor(settings: ConnectorSettings) {
    this.#settings = settings;
    this.#transports = new TransportRules(settings);
  }

  get certificateAuthorities(): string | null {
    return this.#settings.certificateAuthorities;
  }

  /** From now on, for Veyon 5: PEM certificates as in the settings. */
  trust(certificateAuthorities: string | null): void {
    this.#settings = { ...this.#settings, certificateAuthorities };
  }

  /** Whether the host's certificate was checked as it would be now. */
  isTrusted({ transport, certificateAuthorities }: VeyonConnection): boolean {
    return transport === "plain" || certificateAuthorities === this.certificateAuthorities;
  }

  /** Throws HostError (not-allowed) for a host that may not even be looked up. */
  checkAllowed(named: NamedHost, guard: HostGuard | null): void {
    try {
      this.#settings.dialler.check(named, guard);
    } catch (error) {
      throw unconnected(error);
    }
  }

  /** The addresses of the host. Throws HostError. */
  async lookUp({ host }: HostAddress, asker: Asker): Promise<readonly string[]> {
    const { dialler, connectTimeoutMs: timeoutMs } = this.#settings;
    try {
      return await dialler.lookUp({ host, ...asker, timeoutMs });
    } catch (error) {
      throw unconnected(error);
    }
  }

  /** Throws HostError. */
  async dial(address: HostAddress, options: ConnectOptions): Promise<VeyonConnection> {
    if (options.hasSpokenTls === true) this.#transports.remember(address, options.caller);
    const approach = this.#transports.approach(address);
    const veyon = await openVeyonConnection(address, this.#settings, { ...options, approach });
    this.#check(veyon);
    if (veyon.transport === "tls") this.#transports.remember(address, options.caller);
    return veyon;
  }

  /** Throws HostError; the connection is then closed. */
  async logIn(
    veyon: VeyonConnection,
    credentials: Credentials,
    { signal, caller, onStep }: ConnectOptions,
  ): Promise<LoggedIn> {
    // It may have waited for a while.
    this.#check(veyon);
    const { userName } = this.#settings;
    const sign = this.#signatures.for({ signal, caller });
    const init = await logIn(veyon, credentials, { signal, sign, userName, onStep });
    this.#check(veyon);
    return { veyon, init };
  }

  #check(veyon: VeyonConnection): void {
    try {
      if (!this.isTrusted(veyon)) throw trustChanged(veyon);
      this.#transports.check(veyon, this.#settings.certificateAuthorities !== null);
    } catch (error) {
      veyon.connection.close();
      throw error;
    }
  }
}

function trustChanged({ address }: VeyonConnection): HostError {
  const where = formatHostAddress(address);
  return new HostError("untrusted", `${where}: TLS/CaCertificateFile has changed meanwhile`);
}
