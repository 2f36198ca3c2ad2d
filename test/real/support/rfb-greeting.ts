import { connect } from "node:net";
import type { Network } from "./network.ts";
import { until } from "./until.ts";

/**
 * Waits until the port of a Veyon or VNC server accepts, and returns the 12 bytes it greets with.
 */
export function waitForGreeting(port: number, host = "127.0.0.1"): Promise<string> {
  return until(`greeting on port ${port}`, () => readGreeting(port, host));
}

/** The same for a server that listens on the loopback address of another network. */
export function waitForGreetingInside({ enter }: Network, port: number): Promise<string> {
  const read = `read -rN 12 greeting </dev/tcp/127.0.0.1/${port} && echo "$greeting"`;
  return until(`greeting on port ${port}`, async () => {
    const bash = Bun.spawn([...enter, "bash", "-c", read], { stderr: "ignore" });
    return (await bash.stdout.text()) || null;
  });
}

/** The first bytes of the server; null when it does not accept or closes before. */
export function readGreeting(port: number, host = "127.0.0.1"): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("error", () => resolve(null));
    socket.once("close", () => resolve(null));
    socket.once("data", (bytes) => {
      resolve(bytes.toString("latin1"));
      socket.destroy();
    });
  });
}
