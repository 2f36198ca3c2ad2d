/**
 * From an address to a Veyon Server that has listed its authentication methods; nobody has logged in yet.
 *
 * The generations are told apart on one connection: Veyon 4 speaks first, Veyon 5 waits for a TLS ClientHello.
 */
import { EndOfStreamError } from "../bytes/errors.ts";
import { ConnectError } from "../net/connect-error.ts";
import { dial } from "../net/dial.ts";
import type { TcpConnection } from "../net/tcp.ts";
import { TlsError } from "../net/tls-error.ts";
import {
  checkProtocolVersion,
  chooseSecurityType,
  protocolVersionBytes,
} from "../rfb/handshake.ts";
import { type MethodOffer, readMethodOffer, veyonSecurityType } from "../veyon/authentication.ts";
import { settlesWithin } from "./deadline.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";

/** How long a server may take to say its version before it is taken for one that waits for TLS. */
const greetingWaitMs = 1000;

export type Transport = "plain" | "tls";

/** How the transport is found out: by waiting for a greeting first, by TLS at once, or not at all. */
type Approach = "wait-first" | "tls-first" | "plain-only";

export interface DialSettings {
  readonly connectTimeoutMs: number;
  /** PEM; null accepts any certificate of a Veyon 5 host. */
  readonly certificateAuthorities: string | null;
}

export interface VeyonConnection {
  readonly address: HostAddress;
  readonly connection: TcpConnection;
  readonly transport: Transport;
  readonly offer: MethodOffer;
}

/** What is being done, for those who show or time it. */
export type DialStep = "connect" | "greeting" | "methods";

export interface DialOptions {
  /** Ends the attempt, also when it is aborted later, until the connection has been handed over. */
  readonly signal: AbortSignal;
  /** The host has spoken TLS before, so that nobody need wait for a greeting. */
  readonly expectTls?: boolean;
  readonly onStep?: ((step: DialStep) => void) | undefined;
}

/** Throws HostError. */
export async function openVeyonConnection(
  address: HostAddress,
  settings: DialSettings,
  options: DialOptions,
): Promise<VeyonConnection> {
  try {
    return await attempt(
      address,
      settings,
      options,
      options.expectTls === true ? "tls-first" : "wait-first",
    );
  } catch (error) {
    if (!(error instanceof TlsRefusedError)) throw error;
    // A busy Veyon 4 server may greet after more than a second, and takes our ClientHello for a wrong answer.
    return attempt(address, settings, options, "plain-only");
  }
}

/** The host did not understand TLS, which was only a guess. */
class TlsRefusedError extends Error {}

async function attempt(
  address: HostAddress,
  settings: DialSettings,
  { signal, onStep }: DialOptions,
  approach: Approach,
): Promise<VeyonConnection> {
  onStep?.("connect");
  const connection = await connect(address, settings, signal);
  const abandon = () => connection.close(new HostError("silent", "no answer in time"));
  signal.addEventListener("abort", abandon, { once: true });
  // It may have been between the end of the connect and here.
  if (signal.aborted) abandon();
  try {
    onStep?.("greeting");
    const used = await greet(connection, address, settings, approach);
    await chooseSecurityType(connection.stream, connection, veyonSecurityType);
    onStep?.("methods");
    const offer = await readMethodOffer(connection.stream, used === "tls" ? 5 : 4);
    return { address, connection, transport: used, offer };
  } catch (error) {
    connection.close();
    if (signal.aborted) throw describe(new HostError("silent", "no answer in time"), address);
    if (error instanceof TlsRefusedError && approach !== "plain-only") throw error;
    throw describe(error, address);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

async function connect(
  address: HostAddress,
  settings: DialSettings,
  signal: AbortSignal,
): Promise<TcpConnection> {
  try {
    return await dial({ ...address, timeoutMs: settings.connectTimeoutMs, signal });
  } catch (error) {
    throw unconnected(error);
  }
}

/** A ConnectError as HostError; others stay what they are. */
export function unconnected(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const failure = error.failure === "cancelled" ? "timed-out" : error.failure;
  return new HostError(failure, error.message, { cause: error });
}

async function greet(
  connection: TcpConnection,
  address: HostAddress,
  settings: DialSettings,
  approach: Approach,
): Promise<Transport> {
  const { stream } = connection;
  const line = stream.read(protocolVersionBytes);
  const waitMs = approach === "tls-first" ? 0 : greetingWaitMs;
  const isPlain =
    approach === "plain-only" || (await settlesWithin(line, waitMs)) || stream.availableBytes > 0;
  if (!isPlain) {
    // The reader's failure, if any, is told by startTls.
    line.catch(() => {});
    await startTls(connection, address, settings);
  }
  checkProtocolVersion(await line);
  return isPlain ? "plain" : "tls";
}

async function startTls(
  connection: TcpConnection,
  { host }: HostAddress,
  { certificateAuthorities }: DialSettings,
): Promise<void> {
  try {
    await connection.startTls({ certificateAuthorities, serverName: host });
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    const { message, failure } = error;
    switch (failure) {
      case "not-spoken":
        throw new TlsRefusedError("The host did not start TLS", { cause: error });
      case "certificate":
        throw new HostError("untrusted", `Cannot trust the host's certificate: ${message}`, {
          cause: error,
        });
      case "handshake":
        throw new HostError("not-veyon", `a TLS server that is no Veyon Server (${message})`, {
          cause: error,
        });
    }
  }
}

function describe(error: unknown, address: HostAddress): HostError {
  const where = formatHostAddress(address);
  if (error instanceof HostError) {
    return new HostError(error.failure, `${where}: ${error.message}`, { cause: error });
  }
  if (error instanceof EndOfStreamError) {
    const message = `${where} closed the connection before it listed its authentication methods`;
    return new HostError("not-veyon", message, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new HostError("not-veyon", `${where}: ${reason}`, { cause: error });
}
