/**
 * From POST authentication to the first whole picture, and the floor below that: what the host
 * itself takes.
 */
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { type RealHost, withRealHost } from "./real-classroom.ts";
import { type Side, withSidesFor } from "./servers.ts";
import type { Situation } from "./situations.ts";
import { showsSame, thumbnailOfFile, thumbnailOfScreen } from "./thumbnail.ts";

const askEveryMs = 20;
/** Until the host has forgotten the last login. */
const pauseMs = 300;
const givenUpAfterMs = 60_000;

export async function loginPart(bench: Bench, situation: Situation): Promise<Figure[]> {
  const { plan, servers } = bench;
  const work = "POST authentication until the first whole picture";
  bench.say(`${work}, ${situation.name}`);
  const samples: Record<"ours" | "reference" | "floor", number[]> = {
    ours: [],
    reference: [],
    floor: [],
  };
  const rounds = Array.from({ length: plan.logins }, (_, round) => round);
  await withRealHost(bench, situation, (host) =>
    withSidesFor(servers, situation, rounds, async ([ours, reference], itsRounds) => {
      const bare = startBareLogin(host, bench.key);
      const ways = [
        { name: "ours", take: () => firstPicture(ours, host) },
        { name: "reference", take: () => firstPicture(reference, host) },
        { name: "floor", take: () => bare.take() },
      ] as const;
      const takeAll = async (round: number, isCounted: boolean) => {
        for (let turn = 0; turn < ways.length; turn++) {
          const { name, take } = ways[(round + turn) % ways.length];
          const takenMs = await take();
          if (isCounted) samples[name].push(takenMs);
          await Bun.sleep(pauseMs);
        }
      };
      try {
        if (situation.isWarm) await takeAll(0, false);
        for (const round of itsRounds) await takeAll(round, true);
      } finally {
        await bare.stop();
      }
    }),
  );
  const text = { work, situation: situation.name, quantity: "latency", unit: "ms" };
  return [
    medianFigure({ ...text, bound: { atMost: 0.95 } }, samples.ours, samples.reference),
    medianFigure(
      { ...text, otherName: "floor", bound: { atMost: 1.05 } },
      samples.ours,
      samples.floor,
    ),
  ];
}

async function firstPicture(side: Side, { address, screen }: RealHost): Promise<number> {
  const wanted = thumbnailOfScreen(screen.picture);
  const startedAtMs = performance.now();
  const session = await side.logIn(address);
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

/** The bare protocol client, in a process that is as warm or cold as the servers. */
function startBareLogin({ address }: RealHost, key: Bench["key"]) {
  const script = join(import.meta.dir, "bare-login.ts");
  const child = Bun.spawn([process.execPath, script], { stdio: ["pipe", "pipe", 2] });
  const lines = child.stdout.getReader();
  return {
    take: async () => {
      void child.stdin.write(`${JSON.stringify({ address, key })}\n`);
      await child.stdin.flush();
      const { value } = await lines.read();
      return Number(new TextDecoder().decode(value));
    },
    stop: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
}
