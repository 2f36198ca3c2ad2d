import type { ConnectFailure } from "../net/connect-error.ts";

/** Why a host cannot be had. The list is closed, so that the edge must answer each of them. */
export type HostFailure =
  /** What should name a host cannot. */
  | "bad-address"
  /** There is no connection. */
  | Exclude<ConnectFailure, "cancelled">
  /** Connected, but an answer did not come in time. */
  | "silent"
  /** What answers is no Veyon Server, or breaks the protocol. */
  | "not-veyon"
  /**
   * What was connected to has closed before it was known whether it is a Veyon Server that would
   * talk.
   */
  | "hung-up"
  /** The certificate of a Veyon 5 host is not to be trusted, or cannot be used. */
  | "untrusted"
  /** It speaks no TLS, and has to. */
  | "unencrypted"
  /** The host offers no authentication method that we know. */
  | "no-method"
  | "method-not-offered"
  /** The host has closed the connection on the credentials. */
  | "credentials-refused"
  /** The credentials are good, and a rule of the host or its user says no. */
  | "access-denied"
  /** The connection was up and is lost. */
  | "lost"
  /** The caller does not want it any more. */
  | "cancelled";

/** A host that cannot be had, for a reason that the caller may be told. Never holds credentials. */
export class HostError extends Error {
  override readonly name = "HostError";

  constructor(
    readonly failure: HostFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** For what was given up when its client left. `where`: the host. */
  static abandoned(where: string, cause: unknown): HostError {
    return new HostError("cancelled", `${where}: given up, since the client has gone`, { cause });
  }

  /** For what was given up with the server's end. `where`: the host. */
  static cancelled(where: string, cause: unknown): HostError {
    return new HostError("cancelled", `${where}: given up, since the server stops`, { cause });
  }
}
