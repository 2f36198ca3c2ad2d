import type { CertificateWithKey } from "./certificates/certificate.ts";
import type { Rect } from "../rfb/rect.ts";
import type { SimConnection } from "./protocol/sim-connection.ts";

/**
 * What the host is about to send, or `accept` before anything is. The hook for every misbehaviour.
 */
export type Step =
  | "accept"
  | "greeting"
  | "securityTypes"
  | "methods"
  | "acknowledgement"
  | "challenge"
  | "publicKey"
  | "securityResult"
  | "accessDenied"
  | "accessDeniedReason"
  | "serverInit"
  | "framebufferUpdate"
  | "setColourMapEntries"
  | "bell"
  | "serverCutText"
  | "featureMessage";

/**
 * null sends nothing and goes on as if it had; "close" ends the connection in place of these bytes.
 */
export type Intercepted = Uint8Array | null | "close";

/**
 * Sees every step of every client before it happens and says what goes on the wire instead. A
 * promise delays everything behind it; one that never settles is a host that fell silent.
 */
export type Intercept = (
  step: Step,
  bytes: Uint8Array,
  connection: SimConnection,
) => Intercepted | Promise<Intercepted>;

/**
 * null allows the user; a text denies, and is the reason. A promise is the question to the host's
 * user.
 */
export type AccessRule = (userName: string) => string | null | Promise<string | null>;

export interface SimUser {
  readonly login: string;
  readonly fullName: string;
}

/** One of several screens, at its place in the host's desktop. */
export interface SimMonitor extends Rect {
  readonly name: string;
}

/** Absent: what a Linux host says, 0, -1 (unknown) or a null string. */
export interface SimSession {
  readonly id?: number;
  readonly uptimeSeconds?: number;
  readonly hostName?: string;
  readonly clientAddress?: string;
  readonly clientName?: string;
  readonly metaData?: string;
}

/**
 * What a client may sign in with. A Veyon 4 host offers one method: AuthKeys if there are
 * `publicKeys`, else AuthLogon. A Veyon 5 host offers all that are given.
 */
export interface SimCredentials {
  /** PEM by key name. */
  readonly publicKeys?: Readonly<Record<string, string>>;
  /** AuthLogon: passwords by user name. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** AuthLDAP, Veyon 5: passwords by user name. */
  readonly ldapAccounts?: Readonly<Record<string, string>>;
  /** AuthSimple, Veyon 5: the shared password. */
  readonly sharedPassword?: string;
  /**
   * PEM; the password methods' key, which a real host makes for each login. Default: one made per
   * process.
   */
  readonly passwordPrivateKey?: string;
}

/**
 * "whole": all of it. "in parts": the first time its upper half, and after a change of size only
 * what was not there before, as long as nobody asks for the whole once more. "never whole": a
 * corner, at once and each time.
 */
export type ScreenSent = "whole" | "in parts" | "never whole";

export interface SimHostOptions {
  /** "4.5.0" to "4.11.1", or "5.0". Default "4.11.1". */
  readonly version?: string;
  /** 0 (default) takes any free port. */
  readonly port?: number;
  readonly name?: string;
  /** Pixels; default 640x480. */
  readonly width?: number;
  readonly height?: number;
  readonly credentials?: SimCredentials;
  readonly access?: AccessRule;
  /** null: nobody is logged on. */
  readonly user?: SimUser | null;
  readonly session?: SimSession;
  /** Until a started feature counts as active, as a worker process takes to start. Default 0. */
  readonly workerStartMs?: number;
  /** For the user to answer; 4.11.1 counts from the first byte on. Default 30 s as in Veyon. */
  readonly handshakeTimeoutMs?: number;
  /** Qt 5 hosts write map keys in descending order (default), Qt 6 hosts ascending. */
  readonly mapKeys?: "descending" | "ascending";
  /** Veyon 5: instead of the one that it makes for itself. */
  readonly certificate?: CertificateWithKey;
  /** What a client gets that asks for the whole screen. Default "whole". */
  readonly screenSent?: ScreenSent;
  readonly intercept?: Intercept;
}
