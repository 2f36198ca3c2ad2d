/** Everything between an address with credentials and a host that has let us in. */
import { LRUCache } from "lru-cache";
import type { Asker } from "../net/asker.ts";
import type { ServerInit } from "../rfb/handshake.ts";
import type { Credentials } from "../veyon/authentication.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { logIn, type LoginStep } from "./log-in.ts";
import { SignatureQueue } from "./signature-queue.ts";
import {
  type DialSettings,
  type DialStep,
  openVeyonConnection,
  unconnected,
  type VeyonConnection,
} from "./veyon-connection.ts";

export interface ConnectorSettings extends DialSettings {
  /** Who asks, for the hosts' access rules and dialogs. */
  readonly userName: string;
}

export interface ConnectOptions extends Asker {
  readonly onStep?: (step: DialStep | LoginStep) => void;
}

/** A host that has let us in, and waits for what we want. */
export interface LoggedIn {
  readonly veyon: VeyonConnection;
  readonly init: ServerInit;
}

/**
 * Hosts with Veyon 5 that are remembered: only the first connection waits for a greeting in vain.
 */
const tlsHostsMax = 4096;

export class HostConnector {
  readonly #tlsHosts = new LRUCache<string, true>({ max: tlsHostsMax });
  readonly #signatures = new SignatureQueue();
  #settings: ConnectorSettings;

  constructor(settings: ConnectorSettings) {
    this.#settings = settings;
  }

  get certificateAuthorities(): string | null {
    return this.#settings.certificateAuthorities;
  }

  /** From now on, for Veyon 5: PEM certificates as in the settings. */
  trust(certificateAuthorities: string | null): void {
    this.#settings = { ...this.#settings, certificateAuthorities };
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
    const key = formatHostAddress(address);
    const expectTls = this.#tlsHosts.has(key);
    const veyon = await openVeyonConnection(address, this.#settings, { ...options, expectTls });
    if (veyon.transport === "tls") this.#tlsHosts.set(key, true);
    else this.#tlsHosts.delete(key);
    return veyon;
  }

  /** Throws HostError; the connection is then closed. */
  async logIn(
    veyon: VeyonConnection,
    credentials: Credentials,
    { signal, caller, onStep }: ConnectOptions,
  ): Promise<LoggedIn> {
    const { userName } = this.#settings;
    const sign = this.#signatures.for({ signal, caller });
    const init = await logIn(veyon, credentials, { signal, sign, userName, onStep });
    return { veyon, init };
  }
}
