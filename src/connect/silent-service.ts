/**
 * Who keeps silent where a greeting is waited for? An HTTP server does until it is asked, as a
 * Veyon 5 host does, and some, that of Veyon's own WebAPI among them, also about a ClientHello. So
 * it is asked for a page, on a connection of its own: to a Veyon Server that is only busy that is
 * one more client which leaves before it has logged in.
 */
import type { Dialler } from "../net/dial.ts";
import type { HostGuard } from "../net/host-guard.ts";
import type { TcpConnection } from "../net/tcp.ts";
import { settlesWithin } from "../scheduling/deadline.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { readOpening, recogniseService, type ServiceName, strangerError } from "./other-service.ts";

export interface SilentService {
  readonly address: HostAddress;
  readonly dialler: Dialler;
  readonly caller: string;
  readonly guard: HostGuard | null;
  readonly transport: "plain" | "tls";
  /** How long it may be silent before it is asked, and then again. */
  readonly silenceMs: number;
  readonly connectTimeoutMs: number;
}

/**
 * What `waited` gives. Throws HostError as soon as it turns out that no Veyon Server is being
 * waited for.
 */
export async function unlessStranger<T>(
  waited: Promise<T>,
  service: SilentService,
  askAfterMs: number = service.silenceMs,
): Promise<T> {
  const over = new AbortController();
  const { promise: found, reject } = Promise.withResolvers<never>();
  const onAnswer = (stranger: ServiceName | null) => {
    if (stranger !== null) reject(strangerError(stranger));
  };
  const timer = setTimeout(() => void ask(service, over.signal).then(onAnswer), askAfterMs);
  try {
    return await Promise.race([waited, found]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Null when it may be a Veyon Server. */
async function ask(service: SilentService, signal: AbortSignal): Promise<ServiceName | null> {
  const { address, dialler, caller, guard, connectTimeoutMs: timeoutMs } = service;
  let connection: TcpConnection | null = null;
  const abandon = () => connection?.close();
  signal.addEventListener("abort", abandon);
  try {
    connection = await dialler.dial({ ...address, timeoutMs, signal, caller, guard });
    return service.transport === "tls"
      ? await askInsideTls(connection, service)
      : await askInPlain(connection, service);
  } catch {
    // Nobody has answered as a stranger does; or the answer is of no more interest.
    return null;
  } finally {
    signal.removeEventListener("abort", abandon);
    connection?.close();
  }
}

async function askInPlain(
  connection: TcpConnection,
  { address }: SilentService,
): Promise<ServiceName | null> {
  connection.send(pageRequest(address));
  const name = recogniseService(await readOpening(connection.stream));
  return name === "an HTTP server" ? name : null;
}

/**
 * A Veyon Server that has the time for another handshake has greeted those who came before, and
 * greets at once.
 */
async function askInsideTls(
  connection: TcpConnection,
  { address, silenceMs }: SilentService,
): Promise<ServiceName | null> {
  await connection.startTls({ certificateAuthorities: null, serverName: address.host });
  connection.send(pageRequest(address));
  const opening = readOpening(connection.stream).catch(() => new Uint8Array(0));
  if (!(await settlesWithin(opening, silenceMs))) return "a TLS server";
  const name = recogniseService(await opening);
  if (name === "a plain VNC server") return null;
  return name === "an HTTP server" ? "an HTTPS server" : "a TLS server";
}

function pageRequest(address: HostAddress): Uint8Array {
  const host = formatHostAddress(address);
  return Buffer.from(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
}
