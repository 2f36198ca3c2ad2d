/**
 * From an address to a Veyon Server that has listed its authentication methods; nobody has logged
 * in yet.
 */
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import { ConnectError } from "../net/connect-error.ts";
import type { Asker } from "../net/asker.ts";
import type { Dialler } from "../net/dial.ts";
import type { TcpConnection } from "../net/tcp.ts";
import { type MethodOffer, readMethodOffer } from "../veyon/authentication.ts";
import { type Approach, greet, TlsRefusedError, type Transport } from "./greeting.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { noLongerTls } from "./transport-rules.ts";

/**
 * How long a server may take to say its version before it is taken for one that waits for
 * something.
 */
const greetingWaitMs = 1000;

/** What is added to that for a host that is far away. */
const connectAllowanceMaxMs = 1000;

export interface DialSettings {
  readonly dialler: Dialler;
  readonly connectTimeoutMs: number;
  /** PEM; null accepts any certificate of a Veyon 5 host. */
  readonly certificateAuthorities: string | null;
}

export interface VeyonConnection {
  readonly address: HostAddress;
  readonly connection: TcpConnection;
  readonly transport: Transport;
  /** As in the settings with which it was opened. */
  readonly certificateAuthorities: string | null;
  readonly offer: MethodOffer;
}

/** What is being done, for those who show or time it. */
export type DialStep = "connect" | "greeting" | "methods";

/** The signal ends the attempt, also if it is aborted later, until the connection is passed on. */
export interface DialOptions extends Asker {
  readonly approach: Approach;
  readonly onStep?: ((step: DialStep) => void) | undefined;
}

/** Throws HostError. */
export async function openVeyonConnection(
  address: HostAddress,
  settings: DialSettings,
  options: DialOptions,
): Promise<VeyonConnection> {
  try {
    return await attempt(address, settings, options);
  } catch (error) {
    if (!(error instanceof TlsRefusedError)) throw error;
    if (options.approach === "tls-only") throw noLongerTls(address, error);
    // A busy Veyon 4 server may greet after more than a second, and takes our ClientHello for a
    // wrong answer.
    return attempt(address, settings, { ...options, approach: "plain-only" });
  }
}

async function attempt(
  address: HostAddress,
  settings: DialSettings,
  { signal, caller, guard = null, approach, onStep }: DialOptions,
): Promise<VeyonConnection> {
  onStep?.("connect");
  const startedMs = performance.now();
  const connection = await connect(address, settings, { signal, caller, guard });
  const connectMs = performance.now() - startedMs;
  let waitingFor = "its greeting";
  const abandon = () =>
    connection.close(new HostError("silent", `no answer in time: waited for ${waitingFor}`));
  signal.addEventListener("abort", abandon, { once: true });
  // It may have been between the end of the connect and here.
  if (signal.aborted) abandon();
  try {
    onStep?.("greeting");
    const transport = await greet(connection, {
      ...settings,
      address,
      caller,
      guard,
      approach,
      // A greeting takes as long to come as the answer to the connect, at least.
      greetingWaitMs: greetingWaitMs + Math.min(connectMs, connectAllowanceMaxMs),
      onWait: (what) => (waitingFor = what),
    });
    onStep?.("methods");
    waitingFor = "its authentication methods";
    const offer = await readMethodOffer(connection.stream, transport === "tls" ? 5 : 4);
    const { certificateAuthorities } = settings;
    return { address, connection, transport, certificateAuthorities, offer };
  } catch (error) {
    connection.close();
    if (error instanceof TlsRefusedError && !signal.aborted) throw error;
    const isLate = signal.aborted && !(error instanceof HostError);
    const late = `no answer in time: waited for ${waitingFor}`;
    throw describe(isLate ? new HostError("silent", late) : error, address);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

async function connect(
  address: HostAddress,
  { dialler, connectTimeoutMs: timeoutMs }: DialSettings,
  asker: Asker,
): Promise<TcpConnection> {
  try {
    return await dialler.dial({ ...address, ...asker, timeoutMs });
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

function describe(error: unknown, address: HostAddress): HostError {
  const where = formatHostAddress(address);
  if (error instanceof HostError) {
    return new HostError(error.failure, `${where}: ${error.message}`, { cause: error });
  }
  if (error instanceof EndOfStreamError) {
    const message = `${where} closed the connection before it listed its authentication methods`;
    return new HostError("hung-up", message, { cause: error });
  }
  if (error instanceof ProtocolError) {
    // Nobody has been logged in to yet, and what it says may be anything.
    const message = `${where} lists no authentication methods as a Veyon Server does`;
    return new HostError("not-veyon", message, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new HostError("not-veyon", `${where}: ${reason}`, { cause: error });
}
