/** Makes sessions with hosts: everything between an address with credentials and a running HostSession. */
import type { Credentials } from "../veyon/authentication.ts";
import type { HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { HostSession, type HostSessionOptions } from "./host-session.ts";
import { logIn, type LoginStep } from "./log-in.ts";
import {
  type DialSettings,
  type DialStep,
  openVeyonConnection,
  type Transport,
  type VeyonConnection,
} from "./veyon-connection.ts";

export interface ConnectorSettings extends DialSettings, HostSessionOptions {
  /** Who asks, for the hosts' access rules and dialogs. */
  readonly userName: string;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly transport?: Transport | null;
  readonly onStep?: (step: DialStep | LoginStep) => void;
}

export class HostConnector {
  constructor(readonly settings: ConnectorSettings) {}

  /** Throws HostError. */
  dial(address: HostAddress, options: ConnectOptions): Promise<VeyonConnection> {
    return openVeyonConnection(address, this.settings, options);
  }

  /** Throws HostError; the connection is then closed. */
  async logIn(
    veyon: VeyonConnection,
    credentials: Credentials,
    { signal, onStep }: ConnectOptions,
  ): Promise<HostSession> {
    const { userName } = this.settings;
    const init = await logIn(veyon, credentials, { signal, userName, onStep });
    try {
      return new HostSession(veyon, init, this.settings);
    } catch (cause) {
      veyon.connection.close();
      throw new HostError("not-veyon", (cause as Error).message, { cause });
    }
  }
}
