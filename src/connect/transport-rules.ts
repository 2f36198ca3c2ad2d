/** How a host is approached, and what it may be spoken to in. */
import type { Approach } from "./greeting.ts";
import { comparedHost, formatHostAddress, type HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { TlsHosts } from "./tls-hosts.ts";
import type { VeyonConnection } from "./veyon-connection.ts";

export interface TransportSettings {
  /** Whether hosts with Veyon 4, which do not speak TLS, are logged in to all the same. */
  readonly allowsUnencrypted: boolean;
  /** Of this installation, beside the usual one. */
  readonly veyonServerPort: number;
}

const usualVeyonServerPort = 11100;

/** A computer with several sessions has a Veyon Server for each, on the ports above the first. */
const sessionsMax = 100;

export class TransportRules {
  readonly #settings: TransportSettings;
  readonly #tlsHosts = new TlsHosts();

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  approach(address: HostAddress): Approach {
    if (this.#tlsHosts.has(comparedHost(address))) return "tls-only";
    return this.#isVeyonPort(address.port) ? "wait-first" : "listen-only";
  }

  /** That the host has spoken TLS; `caller` has dialled it. */
  remember(address: HostAddress, caller: string): void {
    this.#tlsHosts.add(comparedHost(address), caller);
  }

  /**
   * Throws HostError when nothing more may be said to the host in this transport.
   * `checksCertificates`: of Veyon 5 hosts.
   */
  check({ address, transport }: VeyonConnection, checksCertificates: boolean): void {
    if (transport === "tls") return;
    if (this.#tlsHosts.has(comparedHost(address))) throw noLongerTls(address);
    if (!checksCertificates || this.#settings.allowsUnencrypted) return;
    throw new HostError(
      "unencrypted",
      `${formatHostAddress(address)} speaks plain Veyon 4, which TLS/UseCertificateAuthority rules out unless WebAPI/AllowUnencryptedHosts is true`,
    );
  }

  #isVeyonPort(port: number): boolean {
    const firsts = [usualVeyonServerPort, this.#settings.veyonServerPort];
    return firsts.some((first) => port >= first && port < first + sessionsMax);
  }
}

/** For a host that has spoken TLS before. */
export function noLongerTls(address: HostAddress, cause?: unknown): HostError {
  return new HostError(
    "unencrypted",
    `${formatHostAddress(address)} has spoken TLS before and does not now, so it is not logged in to; if Veyon 4 has been installed there on purpose, veyon-webapi has to be restarted`,
    { cause },
  );
}
