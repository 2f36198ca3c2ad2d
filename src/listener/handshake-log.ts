import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { Logger } from "../log/logger.ts";
import { clientAddress } from "../http/client-address.ts";
import { LimitedLog } from "../log/limited-log.ts";

/**
 * One line for each connection to the HTTPS port on which no TLS came about. Bun 1.4.5 does not say
 * why, only who ended it.
 */
export class HandshakeLog {
  readonly #lines: LimitedLog;

  constructor(log: Logger) {
    this.#lines = new LimitedLog(log.warn, "TLS handshake failed");
  }

  /** The server tells of a connection when its handshake is over, well or badly. */
  watch(server: EventEmitter): void {
    const failures = new WeakMap<object, () => void>();
    server.on("connection", (socket: Socket) => {
      const client = clientAddress(socket);
      let reason =
        "the client does not speak TLS 1.3: plain HTTP on the HTTPS port, or an older version of TLS";
      socket.once("end", () => {
        reason =
          "the client ended it: it does not trust the certificate, or only tried whether the port is open";
      });
      const failed = () => this.#lines.line({ client, reason });
      failures.set(socket, failed);
      socket.once("close", failed);
    });
    server.on("secureConnection", (socket: Socket) => {
      socket.off("close", failures.get(socket)!);
    });
  }

  close(): void {
    this.#lines.flush();
  }
}
