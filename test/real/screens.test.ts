/** What a real host's screen may be: larger than Veyon relays it uncompressed, or sent in parts. */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { ApiSession } from "../sim/support/api-client.ts";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { randomFrom } from "../support/pictures.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { halfAnswerFrom } from "./support/partial-answer.ts";
import { differentPixels } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { XScreen } from "./support/x-screen.ts";

afterEach(stopAll);
afterAll(stopAll);

/** Text-like rows and noise, of which no encoding makes little. */
async function paint(screen: XScreen): Promise<void> {
  const random = randomFrom(7);
  const pixels = Uint32Array.from({ length: screen.width * screen.height }, (_, index) =>
    index % 3 === 0 ? (random() * 0x1000000) & 0xf0f0f0 : 0xffffff,
  );
  await screen.drawRows(0, pixels);
}

function pictureOf(session: ApiSession, query = "") {
  return async () => {
    const answer = await session.get(`framebuffer${query}`);
    return answer.status === 200 && answer;
  };
}

describe.skipIf(missing.length > 0)(title("the screen of a real host"), () => {
  // Uncompressed 59 MB, which Veyon relays at growing cost; 66 MB, just below its limit; 81 and 124
  // MB.
  test.each([
    [5120, 2880],
    [7680, 2160],
    [6016, 3384],
    [9600, 3240],
  ])(
    "of %d x %d is shown",
    async (width, height) => {
      const host = await startHost({ size: { width, height } });
      await paint(host.screen);
      const { api, lines } = await startServer();
      const session = await api.logIn(host.port, await keyLogin());
      const { bytes } = await until("a picture", pictureOf(session, "?width=640"), 60_000);
      const thumbnail = decodePng(bytes);
      expect([thumbnail.width, thumbnail.height]).toEqual([
        640,
        Math.floor((640 * height) / width),
      ]);
      expect(new Set(thumbnail.pixels).size).toBeGreaterThan(100);
      expect(lines.filter((line) => line.includes("host lost"))).toEqual([]);
    },
    120_000,
  );

  test("of 4096 x 2400 is shown to the pixel", async () => {
    const host = await startHost({ size: { width: 4096, height: 2400 } });
    await paint(host.screen);
    const { api } = await startServer();
    const session = await api.logIn(host.port, await keyLogin());
    const { bytes } = await until("a picture", pictureOf(session, "?compression=1"), 60_000);
    expect(differentPixels(decodePng(bytes), await host.screen.screenshot())).toBe(0);
  }, 120_000);

  test("that comes in parts is shown whole, while something on it moves", async () => {
    const host = await startHost({ size: { width: 320, height: 240 } });
    await paint(host.screen);
    const { api } = await startServer();
    const session = await api.logIn(await halfAnswerFrom(host.port), await keyLogin());
    let column = 0;
    const { bytes } = await until("a picture", async () => {
      await host.screen.drawRows(0, new Uint32Array(320).fill(0x010101 * (++column % 255)));
      return pictureOf(session)();
    });
    const shown = decodePng(bytes);
    const screen = await host.screen.screenshot();
    // The first row is the one that moves.
    const below = (picture: typeof screen) => ({
      ...picture,
      height: 239,
      pixels: picture.pixels.subarray(320),
    });
    expect(differentPixels(below(shown), below(screen))).toBe(0);
  });
});
