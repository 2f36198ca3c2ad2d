/**
 * The first words on a connection, up to the security type. They tell the generations apart: Veyon
 * 4 speaks first, Veyon 5 waits for a TLS ClientHello. And they tell who is no Veyon Server at all.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import type { Dialler } from "../net/dial.ts";
import type { HostGuard } from "../net/host-guard.ts";
import type { TcpConnection } from "../net/tcp.ts";
import { TlsError } from "../net/tls-error.ts";
import {
  checkProtocolVersion,
  chooseSecurityType,
  protocolVersionBytes,
} from "../rfb/handshake.ts";
import { veyonSecurityType } from "../veyon/authentication.ts";
import { settlesWithin } from "../scheduling/deadline.ts";
import type { HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { recogniseService, strangerError, takeRest } from "./other-service.ts";
import { unlessStranger } from "./silent-service.ts";

export type Transport = "plain" | "tls";

/** How the transport is found out. */
export type Approach =
  /** By waiting for a greeting, and then by TLS. */
  | "wait-first"
  /** The host is known to speak TLS. */
  | "tls-only"
  /** It is known not to; one that keeps silent is asked who it is. */
  | "plain-only"
  /** Nothing is said to one that keeps silent: it may be anything, a printer for instance. */
  | "listen-only";

export interface GreetingOptions {
  readonly address: HostAddress;
  readonly dialler: Dialler;
  readonly caller: string;
  readonly guard: HostGuard | null;
  readonly approach: Approach;
  /**
   * How long a server may take to say its version before it is taken for one that waits for
   * something.
   */
  readonly greetingWaitMs: number;
  readonly connectTimeoutMs: number;
  /** PEM; null accepts any certificate of a Veyon 5 host. */
  readonly certificateAuthorities: string | null;
  /** Hears what is being waited for. */
  readonly onWait: (what: string) => void;
}

/** The host did not understand TLS, which was only a guess. */
export class TlsRefusedError extends Error {
  override readonly name = "TlsRefusedError";
}

/** Throws HostError, TlsRefusedError, and what ends the stream. */
export async function greet(
  connection: TcpConnection,
  options: GreetingOptions,
): Promise<Transport> {
  const { stream } = connection;
  const first = stream.read(1);
  const transport = await findTransport(connection, first, options);
  await readVersion(stream, first);
  options.onWait("its security types");
  try {
    await chooseSecurityType(stream, connection, veyonSecurityType);
  } catch (error) {
    // It has greeted well, and then offers other security types or says why it will not talk.
    throw error instanceof ProtocolError ? strangerError("a plain VNC server", error) : error;
  }
  return transport;
}

/** Returns when something has come, in plain or inside of TLS. */
async function findTransport(
  connection: TcpConnection,
  first: Promise<Uint8Array>,
  options: GreetingOptions,
): Promise<Transport> {
  const { approach, greetingWaitMs, onWait } = options;
  const silent = { ...options, silenceMs: greetingWaitMs };
  onWait("its greeting");
  if (approach === "listen-only") {
    onWait(
      "its greeting (nothing is said first on a port that is not 11100 or Network/VeyonServerPort, so Veyon 5 is not found there)",
    );
    await first.catch(() => {});
    return "plain";
  }
  if (approach === "plain-only") {
    // It does not speak TLS, so it is a stranger or busy.
    await unlessStranger(first, { ...silent, transport: "plain" }, 0);
    return "plain";
  }
  if (await settlesWithin(first, approach === "tls-only" ? 0 : greetingWaitMs)) return "plain";
  // What ends the stream is told by startTls.
  first.catch(() => {});
  onWait("its greeting or the start of TLS");
  await unlessStranger(startTls(connection, options), { ...silent, transport: "plain" });
  onWait("its greeting inside of TLS");
  await unlessStranger(firstInsideTls(first), { ...silent, transport: "tls" });
  return "tls";
}

async function firstInsideTls(first: Promise<Uint8Array>): Promise<void> {
  try {
    await first;
  } catch (error) {
    if (error instanceof EndOfStreamError || error instanceof HostError) throw error;
    // Such as one that wants a certificate of ours.
    throw strangerError("a TLS server", error);
  }
}

async function readVersion(stream: ByteStream, first: Promise<Uint8Array>): Promise<void> {
  const start = await firstByte(first);
  // A stranger may have less to say than the twelve bytes of a version.
  const beginning =
    start[0] === rfbStart[0] ? [start, await stream.read(rfbStart.length - 1)] : [start];
  const prefix = Buffer.concat(beginning);
  if (!prefix.equals(rfbStart)) {
    throw strangerError(recogniseService(Buffer.concat([prefix, takeRest(stream)])));
  }
  const rest = await stream.read(protocolVersionBytes - rfbStart.length);
  const line = Buffer.concat([prefix, rest]);
  try {
    checkProtocolVersion(line);
  } catch (error) {
    throw strangerError(recogniseService(line), error);
  }
}

const rfbStart = Buffer.from("RFB ");

async function firstByte(first: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await first;
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
    throw new HostError(
      "hung-up",
      "it closed the connection before it said a word: no Veyon Server, or one that has as many connections as it takes (128 from Veyon 4.11.1 on)",
      { cause: error },
    );
  }
}

async function startTls(
  connection: TcpConnection,
  { address, certificateAuthorities }: GreetingOptions,
): Promise<void> {
  try {
    await connection.startTls({ certificateAuthorities, serverName: address.host });
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
        throw strangerError("a TLS server", error);
    }
  }
}
