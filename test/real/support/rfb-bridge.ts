import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onceOver } from "../../sim/support/fixture-host.ts";

/**
 * Takes viewers of RFB that know no WebSockets to one: a bridge from TCP. Gives its port. `urlOf`:
 * for each viewer.
 */
export async function startRfbBridge(urlOf: () => Promise<string>): Promise<number> {
  const serve = async (socket: Socket) => {
    socket.on("error", () => {}).pause();
    const webSocket = new WebSocket(await urlOf(), "binary");
    webSocket.binaryType = "arraybuffer";
    webSocket.onopen = () => socket.resume();
    webSocket.onmessage = ({ data }) => void socket.write(new Uint8Array(data as ArrayBuffer));
    webSocket.onclose = () => socket.end();
    socket.on("data", (bytes) => webSocket.send(bytes));
    socket.on("close", () => webSocket.close());
  };
  const server = createServer((socket) => void serve(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onceOver(() => void server.close());
  return (server.address() as AddressInfo).port;
}
