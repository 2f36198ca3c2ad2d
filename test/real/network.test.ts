/** A real host that is another computer to the servers: pixels come compressed, over a cable. */
import { afterAll, describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { keyLogin } from "./support/both-servers.ts";
import { desktopPicture } from "./support/desktop-pictures.ts";
import { drawDesktop } from "./support/desktop.ts";
import { differentPixels } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import { startVeyonHost } from "./support/veyon-host.ts";

afterAll(stopAll);

/** Whether this computer has an end of a cable on which the address is the other end. */
function isNextTo(address: string): boolean {
  const ourEnd = address.replace(/\d+$/, (last) => String(Number(last) - 1));
  const ends = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return ends.some((end) => end.address === ourEnd);
}

describe.skipIf(missing.length > 0)(title("a real host on a network of its own"), () => {
  test("is shown to the pixel, and takes its cable with it", async () => {
    const size = { width: 800, height: 600 };
    const host = await startVeyonHost({ size, network: true });
    const [address] = host.address.split(":");
    expect(isNextTo(address)).toBeTrue();
    const desktop = await desktopPicture("mixed", size.width, size.height);
    await drawDesktop(host.screen, desktop);
    const { api } = await startServer();
    const session = await api.logIn(host.address, await keyLogin());
    await until("the desktop", async () => {
      const { status, bytes } = await session.get("framebuffer");
      return status === 200 && differentPixels(decodePng(bytes), desktop) === 0;
    });
    await host.stop();
    await until("the end of the cable", () => !isNextTo(address));
  }, 60_000);
});
