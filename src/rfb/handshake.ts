/**
 * The RFB 3.8 handshake (RFC 6143, sections 7.1 to 7.3) as far as the server's security type is
 * concerned, for the versions 3.7 and 3.8: the client always answers 3.8, since Veyon does not
 * mind.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { rfbLimits } from "./limits.ts";

/** Takes bytes for the host. */
export interface ByteSink {
  send(bytes: Uint8Array): void;
}

export interface ServerInit {
  /** Pixels; 0 means that Veyon denies access. */
  readonly width: number;
  readonly height: number;
  readonly desktopName: string;
}

export const protocolVersionBytes = 12;

/** In an error message; a real server offers one to four. */
const securityTypesShownMax = 8;

const clientVersion = new TextEncoder().encode("RFB 003.008\n");

/**
 * The server's version line. Its last byte is not looked at: Veyon 4.10.4 to 4.11.1 send NUL for
 * LF. A server of version 3.3 decides on the security type alone, which no Veyon does.
 */
export function checkProtocolVersion(line: Uint8Array): void {
  const text = new TextDecoder("latin1").decode(line.subarray(0, 11));
  if (!/^RFB \d{3}\.\d{3}$/.test(text) || text === "RFB 003.003") {
    throw new ProtocolError(
      `Cannot read RFB version: found ${JSON.stringify(text)}, wanted RFB 003.007 or 003.008`,
    );
  }
}

/**
 * Answers the version line and picks a security type. The 12 bytes go alone, and the next byte
 * waits for the server's list: up to Veyon 4.11.0 a server that finds more than 12 bytes waiting
 * never answers.
 */
export async function chooseSecurityType(
  stream: ByteStream,
  sink: ByteSink,
  wanted: number,
): Promise<void> {
  sink.send(clientVersion);
  const [count] = await stream.read(1);
  if (count === 0) {
    throw new ProtocolError(`The server refused the connection: ${await readReason(stream)}`);
  }
  const offered = await stream.read(count);
  if (!offered.includes(wanted)) {
    const types = [...new Set(offered)].slice(0, securityTypesShownMax).join(", ");
    throw new ProtocolError(
      `No Veyon Server: it offers the security types ${types}, wanted ${wanted}`,
    );
  }
  sink.send(Uint8Array.of(wanted));
}

/** SecurityResult: 0 is OK. Veyon never sends another, and closes instead. */
export async function readSecurityResult(stream: ByteStream): Promise<void> {
  const result = new Cursor(await stream.read(4), "security result").u32();
  if (result !== 0) {
    throw new ProtocolError("Cannot read security result: not 0 (OK), and Veyon says nothing else");
  }
}

/** ClientInit: the screen is shared with all other viewers. */
export const clientInit = Uint8Array.of(1);

/**
 * ServerInit (RFC 6143, 7.3.2). The server's own pixel format is not looked at, since we set ours.
 */
export async function readServerInit(stream: ByteStream): Promise<ServerInit> {
  const header = new Cursor(await stream.read(24), "ServerInit");
  const width = header.u16();
  const height = header.u16();
  header.skip(16);
  const nameBytes = header.u32();
  if (nameBytes > rfbLimits.desktopNameBytesMax) {
    throw new ProtocolError(
      `Cannot read desktop name: ${nameBytes} bytes, at most ${rfbLimits.desktopNameBytesMax} allowed`,
    );
  }
  const desktopName = new TextDecoder().decode(await stream.read(nameBytes));
  return { width, height, desktopName };
}

async function readReason(stream: ByteStream): Promise<string> {
  const length = new Cursor(await stream.read(4), "reason length").u32();
  return new TextDecoder().decode(await stream.read(Math.min(length, rfbLimits.reasonBytesMax)));
}
