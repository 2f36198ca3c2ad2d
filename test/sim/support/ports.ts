import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { onceOver } from "./fixture-host.ts";

/** A port of this computer on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server that does with each connection what it is told, closed by `stopAll`; its port. */
export async function listenFor(
  serve: (socket: Socket) => void,
  address = "127.0.0.1",
): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, address);
  await once(server, "listening");
  onceOver(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that leads to another, whose bytes take this long each way, closed by `stopAll`. */
export function delayedPort(port: number, delayMs: number): Promise<number> {
  return listenFor((near) => {
    const far = connect(port, "127.0.0.1");
    far.on("error", () => {});
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on("data", (chunk) => setTimeout(() => to.write(chunk), delayMs));
      from.on("close", () => setTimeout(() => to.destroy(), delayMs));
    }
  });
}

/**
 * A port of another address of this computer that leads to a port of 127.0.0.1, closed by
 * `stopAll`.
 */
export function forwardTo(port: number, address: string): Promise<number> {
  return listenFor((socket) => {
    const onward = connect(port, "127.0.0.1");
    onward.on("error", () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.on("close", () => onward.destroy());
  }, address);
}
