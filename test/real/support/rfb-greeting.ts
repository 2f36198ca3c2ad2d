import { connect } from "node:net";
import { until } from "./until.ts";

/**
 * Waits until the port of a Veyon or VNC server accepts, and returns the 12 bytes it greets with.
 */
export function waitForGreeting(port: number): Promise<string> {
  return until(`greeting on port ${port}`, () => readGreeting(port));
}

/** The first bytes of the server; null when it does not accept or closes before. */
export function readGreeting(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", () => resolve(null));
    socket.once("close", () => resolve(null));
    socket.once("data", (bytes) => {
      resolve(bytes.toString("latin1"));
      socket.destroy();
    });
  });
}
