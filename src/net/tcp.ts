import net from "node:net";
import tls from "node:tls";
import type { TLSSocket } from "bun";
import { ByteStream } from "../bytes/byte-stream.ts";
import { TlsError, toTlsError } from "./tls-error.ts";

export interface TlsOptions {
  /** PEM certificates that the server's must be signed by; null accepts any certificate. */
  readonly certificateAuthorities: string | null;
  /** The name that the certificate must bear. */
  readonly serverName: string;
}

/** Bytes that may wait for a host that does not read; more than any message of ours. */
const unsentBytesMax = 64 * 1024 * 1024;

/** How long a host may take to read the last of what was sent. */
const finishMaxMs = 1000;

/** A connection to a host: `stream` gives what comes, `send` takes what goes. */
export class TcpConnection {
  readonly stream: ByteStream;
  /** Settles when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  #socket: net.Socket;
  #markClosed: () => void;
  #isFinishing = false;

  constructor(socket: net.Socket) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#markClosed = resolve;
    this.#socket = socket;
    this.stream = new ByteStream({
      pause: () => this.#socket.pause(),
      resume: () => this.#socket.resume(),
    });
    this.#listen(socket);
  }

  /** Whether the host is this computer itself. */
  get isLocal(): boolean {
    return isLoopback(this.#socket.remoteAddress ?? "");
  }

  /** Writes after the close are dropped: the reader learns of it. */
  send(bytes: Uint8Array): void {
    if (this.#socket.destroyed || this.#isFinishing) return;
    if (this.#socket.writableLength > unsentBytesMax) {
      this.close(new Error(`Cannot send: ${this.#socket.writableLength} bytes wait unread`));
      return;
    }
    this.#socket.write(bytes);
  }

  /** Ends the connection at once. `reason` is what a reader of the stream gets. */
  close(reason: Error | null = null): void {
    this.stream.end(reason);
    if (!this.#isFinishing) this.#destroy();
  }

  /**
   * The same once the host has taken what was sent: a connection that is ended at once, while
   * something of the host is unread, is reset, and with it what the host has not read is lost.
   * `afterMs`: how long it stays whole.
   */
  finish(reason: Error | null = null, afterMs = 0): void {
    this.stream.end(reason);
    if (this.#isFinishing || this.#socket.destroyed) return;
    this.#isFinishing = true;
    const timers = [
      setTimeout(() => this.#destroy(), afterMs + finishMaxMs),
      ...(afterMs > 0 ? [setTimeout(() => this.#socket.end(), afterMs)] : []),
    ];
    void this.closed.then(() => timers.forEach(clearTimeout));
    // What still comes is read, and goes nowhere.
    this.#socket.resume();
    if (afterMs === 0) this.#socket.end();
  }

  /**
   * Goes on in TLS 1.3 over the same TCP connection, on which nothing may have been received or
   * sent. Throws TlsError; the connection is then closed.
   */
  async startTls({ certificateAuthorities, serverName }: TlsOptions): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners();
    const secure = tls.connect({
      socket: plain,
      minVersion: "TLSv1.3",
      rejectUnauthorized: certificateAuthorities !== null,
      ...(net.isIP(serverName) === 0 && { servername: serverName }),
      ...(certificateAuthorities !== null && { ca: certificateAuthorities }),
    });
    this.#socket = secure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    secure.once("secureConnect", resolve);
    secure.once("error", (error) => reject(toTlsError(error, serverName)));
    secure.once("close", () => reject(new TlsError("not-spoken", "it closed the connection")));
    this.#listen(secure);
    const handle = tlsHandle(secure);
    if (handle === null) this.close();
    else if (certificateAuthorities === null) acceptAnyCertificate(handle);
    try {
      await promise;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #destroy(): void {
    this.stream.end();
    this.#socket.destroy();
    this.#markClosed();
  }

  #listen(socket: net.Socket): void {
    // A plain Uint8Array, since the `slice` of a Buffer does not copy.
    socket.on("data", ({ buffer, byteOffset, byteLength }: Buffer) =>
      this.stream.push(new Uint8Array(buffer, byteOffset, byteLength)),
    );
    // A reset is a close like any other: hosts that refuse a client reset it when something of it
    // is still unread.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.stream.end(error.code === "ECONNRESET" || error.code === "EPIPE" ? null : error),
    );
    // A host that has sent its last byte is of no more use, whether it still reads or not.
    socket.on("end", () => this.#destroy());
    socket.on("close", () => this.#destroy());
  }
}

/**
 * Bun's own part of a socket of node:tls. Null when the connection beneath has ended: it will then
 * report nothing.
 */
function tlsHandle(socket: tls.TLSSocket): TLSSocket | null {
  return (socket as unknown as { readonly _handle: TLSSocket | null })._handle;
}

/**
 * BoringSSL refuses a certificate that breaks the rules, such as the one that Veyon 5 makes for
 * itself, before it asks anybody whether to trust it, unless it is told not to verify at all; in
 * Bun 1.4.5 nothing but this call tells it so.
 */
function acceptAnyCertificate(handle: TLSSocket): void {
  handle.setVerifyMode(false, false);
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}
