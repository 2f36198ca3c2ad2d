import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { ByteStream } from "../../bytes/byte-stream.ts";
import { EndOfStreamError } from "../../bytes/errors.ts";
import type { CertificateWithKey } from "../certificates/certificate.ts";
import type { Intercept, Step } from "../sim-options.ts";

/**
 * A client's connection: reads exactly, sends in order, and lets the intercept have its way with
 * each step.
 */
export class SimConnection {
  readonly stream = new ByteStream({
    pause: () => this.#socket.pause(),
    resume: () => this.#frozen === null && this.#socket.resume(),
  });
  /** Settles when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #raw: Socket;
  #socket: Socket;
  #lastSend: Promise<void> = Promise.resolve();
  #frozen: PromiseWithResolvers<void> | null = null;

  constructor(
    raw: Socket,
    private readonly intercept: Intercept,
  ) {
    this.#raw = raw;
    this.#socket = raw;
    raw.setNoDelay(true);
    raw.on("error", () => {});
    this.closed = new Promise((resolve) => raw.once("close", () => resolve()));
    void this.closed.then(() => this.stream.end());
  }

  /** Begins to read, through TLS if a certificate is given. */
  open(certificate: CertificateWithKey | null): void {
    if (certificate !== null) {
      this.#socket = new TLSSocket(this.#raw, {
        isServer: true,
        cert: certificate.certificate,
        key: certificate.privateKey,
        minVersion: "TLSv1.3",
        requestCert: true,
        rejectUnauthorized: false,
      });
      this.#socket.on("error", () => this.close());
    }
    this.#socket.on("data", (chunk: Uint8Array) => this.stream.push(chunk));
    this.#socket.on("end", () => this.stream.end());
    if (this.#frozen !== null) this.#socket.pause();
  }

  /**
   * Settles when the step is on the wire. Throws EndOfStreamError if the connection is over by
   * then.
   */
  send(step: Step, bytes: Uint8Array): Promise<void> {
    const sent = this.#lastSend.then(() => this.#deliver(step, bytes));
    this.#lastSend = sent.catch(() => {});
    return sent;
  }

  /**
   * Puts bytes on the wire without asking anyone: for intercepts that send in a way of their own.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) throw new EndOfStreamError("Cannot send: connection closed");
    if (this.#socket.write(bytes)) return;
    const drained = new Promise<void>((resolve) => this.#socket.once("drain", () => resolve()));
    await Promise.race([drained, this.closed]);
  }

  /** Neither reads nor sends until thawed; the connection stays. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
    this.#socket.pause();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = null;
    this.#socket.resume();
  }

  /** What a host does that has lost its way: nothing more, until the client leaves. */
  async hang(): Promise<never> {
    await this.closed;
    throw new EndOfStreamError("Connection closed");
  }

  /** As Veyon Server closes: what was sent arrives, nothing more comes, TLS is not told. */
  close(): void {
    this.#raw.destroySoon();
  }

  /** At once, whatever is still to be sent. */
  abort(): void {
    this.#raw.destroy();
  }

  async #deliver(step: Step, bytes: Uint8Array): Promise<void> {
    await this.#frozen?.promise;
    if (this.#raw.destroyed) throw new EndOfStreamError(`Cannot send ${step}: connection closed`);
    const wanted = await this.intercept(step, bytes, this);
    if (wanted === "close") {
      this.close();
      throw new EndOfStreamError(`Connection closed in place of ${step}`);
    }
    if (wanted !== null && wanted.length > 0) await this.write(wanted);
  }
}
