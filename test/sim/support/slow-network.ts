import { connect, type Socket } from "node:net";
import { listenFor } from "./ports.ts";

/**
 * A port that leads to another one, on a way on which everything takes `delayMs` in each direction.
 * Nothing waits for what went before it.
 */
export function slowWayTo(port: number, delayMs: number): Promise<number> {
  return listenFor((near) => {
    const far = connect({ port, host: "127.0.0.1", noDelay: true });
    near.setNoDelay(true);
    far.on("error", () => near.destroy());
    relay(near, far);
    relay(far, near);
  });

  function relay(from: Socket, to: Socket): void {
    const later = (act: () => void) => setTimeout(() => to.destroyed || act(), delayMs);
    from.on("data", (chunk) => later(() => to.write(chunk)));
    from.on("close", () => later(() => to.destroy()));
  }
}
