import { connect } from "node:net";
import { listenFor } from "../../sim/support/ports.ts";

/** FramebufferUpdateRequest (RFC 6143, 7.5.3), not incremental, from the upper left corner on. */
const wholeRequest = Buffer.from("030000000000", "hex");
const heightAt = 8;

/**
 * A port that leads to a host, on which the first request for the whole screen becomes one for its
 * upper half, so that the host answers with that.
 */
export function halfAnswerFrom(port: number): Promise<number> {
  return listenFor((client) => {
    const host = connect(port, "127.0.0.1");
    let isHalved = false;
    client.on("data", (chunk: Buffer) => {
      const at = isHalved ? -1 : chunk.indexOf(wholeRequest);
      if (at !== -1) {
        isHalved = true;
        chunk.writeUInt16BE(Math.floor(chunk.readUInt16BE(at + heightAt) / 2), at + heightAt);
      }
      host.write(chunk);
    });
    host.pipe(client);
    host.on("error", () => client.destroy());
    client.on("close", () => host.destroy());
  });
}
