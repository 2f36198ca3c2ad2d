/** A server behind a proxy: tells what reaches it, and sends in pieces when it is told to. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

export class StreamingServer {
  /** Of the last request. */
  headers: IncomingHttpHeaders = {};
  #response: ServerResponse | null = null;
  readonly #server = createServer((request, response) => {
    this.headers = request.headers;
    this.#response = response;
    response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace", ETag: '"1"' });
    response.flushHeaders();
  });

  static async listen(): Promise<StreamingServer> {
    const made = new StreamingServer();
    made.#server.listen(0, "127.0.0.1");
    await once(made.#server, "listening");
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  send(piece: string): void {
    this.#response?.write(piece);
  }

  end(): void {
    this.#response?.end();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
