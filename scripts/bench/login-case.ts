/**
 * From POST authentication to the first whole picture, and the floor below that: what the host
 * itself takes.
 */
import { openBareSession } from "./bare-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { withRealClassroom } from "./real-classroom.ts";
import type { Side } from "./servers.ts";
import { showsSame, type Thumbnail, thumbnailOfFile, thumbnailOfScreen } from "./thumbnail.ts";

const askEveryMs = 20;
/** Until the host has forgotten the last login. */
const pauseMs = 300;
const givenUpAfterMs = 60_000;

export async function loginCase(bench: Bench): Promise<Figure[]> {
  const { plan, key } = bench;
  const work = "POST authentication until the first whole picture";
  bench.say(work);
  return withRealClassroom(bench, "text", async ({ host, screen, sides: [ours, reference] }) => {
    const wanted = thumbnailOfScreen(screen.picture);
    const ways = [
      { take: () => firstPicture(ours, host.port, wanted), samples: [] as number[] },
      { take: () => firstPicture(reference, host.port, wanted), samples: [] as number[] },
      { take: () => floor(host.port, key), samples: [] as number[] },
    ];
    // The first round is to warm up.
    for (let round = 0; round <= plan.logins; round++) {
      for (let turn = 0; turn < ways.length; turn++) {
        const { take, samples } = ways[(round + turn) % ways.length];
        const takenMs = await take();
        if (round > 0) samples.push(takenMs);
        await Bun.sleep(pauseMs);
      }
    }
    const [own, theirs, least] = ways.map(({ samples }) => samples);
    const text = { work, quantity: "latency", unit: "ms" };
    return [
      medianFigure({ ...text, bound: { atMost: 0.9 } }, own, theirs),
      medianFigure({ ...text, otherName: "floor", bound: { atMost: 1.1 } }, own, least),
    ];
  });
}

async function firstPicture(side: Side, hostPort: number, wanted: Thumbnail): Promise<number> {
  const startedAtMs = performance.now();
  const session = await side.logIn(hostPort);
  let last: Uint8Array = new Uint8Array(0);
  for (;;) {
    const { status, bytes, sentAtMs, receivedAtMs } = await session.get("framebuffer?format=jpeg");
    if (status === 200 && Buffer.compare(bytes, last) !== 0) {
      last = bytes;
      if (showsSame(await thumbnailOfFile(bytes), wanted)) {
        await session.close();
        return receivedAtMs - startedAtMs;
      }
    }
    if (receivedAtMs - startedAtMs > givenUpAfterMs) {
      throw new Error(`${side.name} has shown no whole picture within ${givenUpAfterMs} ms`);
    }
    await Bun.sleep(sentAtMs + askEveryMs - performance.now());
  }
}

async function floor(port: number, key: Bench["key"]): Promise<number> {
  const startedAtMs = performance.now();
  const { session } = await openBareSession(port, key);
  await session.firstPicture;
  const takenMs = performance.now() - startedAtMs;
  session.close();
  await session.ended;
  return takenMs;
}
