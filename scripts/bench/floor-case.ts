/** CPU time of a bare server, a floor for the CPU time of ours: see bare-server.ts. */
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { type Bench, screenSize } from "./bench.ts";
import { classroomLooks } from "./classroom-case.ts";
import { type Figure, figure } from "./figure.ts";
import { pace } from "./pace.ts";
import { changeAfter } from "./picture-part.ts";
import { sumUsage, type Usage, UsageMeter } from "./process-usage.ts";
import { between } from "./random.ts";
import { type PixelEncoding, ReplayedUpdates } from "./replayed-updates.ts";
import { type Situation, situations } from "./situations.ts";

const cases = [
  { name: "PNG, all changed", change: "all", picture: "png/whole" },
  { name: "PNG, a tenth changed", change: "tenth", picture: "png/whole" },
  { name: "JPEG, all changed", change: "all", picture: "jpeg/whole" },
  { name: "JPEG, a tenth changed", change: "tenth", picture: "jpeg/whole" },
  { name: "JPEG, nothing changed", change: null, picture: "jpeg/whole" },
  { name: "JPEG 320 wide, a tenth changed", change: "tenth", picture: "jpeg/preview" },
  { name: "PNG 320 wide, a tenth changed", change: "tenth", picture: "png/preview" },
] as const;

type Case = (typeof cases)[number];

/**
 * Its updates come in the encoding that hosts are asked for in each situation, from this computer
 * in any case.
 */
export async function floorCase(bench: Bench): Promise<Figure[]> {
  const { width, height } = screenSize;
  const updates = new ReplayedUpdates(await desktopPicture(bench.desktop, width, height));
  const figures: Figure[] = [];
  const add = async (situation: Situation, name: string, measured: () => Promise<Usage>) => {
    const work = `a bare server: ${name}`;
    bench.say(`${work}, ${situation.name}`);
    const { cpuMs, threadsMs } = await measured();
    const text = { work, situation: situation.name, quantity: "CPU", unit: "ms", threadsMs };
    figures.push(figure(text, cpuMs, null));
  };
  const planned = situations.filter(({ name }) => bench.plan.situations.includes(name));
  for (const situation of planned) {
    const encoding = situation.network ? Encoding.Zrle : Encoding.Raw;
    for (const each of cases) {
      await add(situation, each.name, () =>
        withBareServer({ updates, encoding }, 1, (server) =>
          measurePictures(bench, situation, server, each),
        ),
      );
    }
    if (!situation.isWarm) continue;
    const { classroomHosts } = bench.plan;
    await add(situation, `a classroom of ${classroomHosts}, per minute`, () =>
      withBareServer({ updates, encoding }, classroomHosts, (server) =>
        measureClassroom(bench, server),
      ),
    );
  }
  return figures;
}

interface Source {
  readonly updates: ReplayedUpdates;
  readonly encoding: PixelEncoding;
}

/** One that has a whole picture of each screen. */
interface BareServer {
  readonly pid: number;
  readonly get: (path: string) => Promise<unknown>;
  /** All of a screen, or the next tenth of it; settles when the server has seen to it. */
  readonly change: (screen: number, what: "all" | "tenth") => Promise<unknown>;
}

async function withBareServer<Result>(
  { updates, encoding }: Source,
  screens: number,
  use: (server: BareServer) => Promise<Result>,
): Promise<Result> {
  const listener = net.createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as net.AddressInfo;
  const feeds: net.Socket[] = [];
  const connected = Promise.withResolvers<void>();
  listener.on("connection", (feed) => {
    feeds.push(feed.setNoDelay());
    if (feeds.length === screens) connected.resolve();
  });
  const script = join(import.meta.dir, "bare-server.ts");
  const child = Bun.spawn([process.execPath, script, `${port}`, `${screens}`], {
    env: {},
    stdio: ["ignore", "pipe", 2],
  });
  const send = (screen: number, update: Uint8Array) => {
    const seenTo = once(feeds[screen], "data");
    feeds[screen].write(update);
    return seenTo;
  };
  try {
    await connected.promise;
    const { value } = await child.stdout.getReader().read();
    const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
    await Promise.all(feeds.map((_, screen) => send(screen, updates.whole(encoding, true))));
    const numbers = feeds.map((_, screen) => screen);
    return await use({
      pid: child.pid,
      get: async (path) => (await fetch(`${url}/${path}`)).arrayBuffer(),
      change: (screen, what) =>
        send(
          screen,
          what === "all"
            ? updates.whole(encoding, false)
            : updates.changes(encoding, [numbers[screen]++]),
        ),
    });
  } finally {
    child.kill();
    await child.exited;
    listener.close();
  }
}

async function measurePictures(
  { plan, random }: Bench,
  { isWarm }: Situation,
  server: BareServer,
  { change, picture }: Case,
): Promise<Usage> {
  const round = async (gapMs: number) => {
    const changeAtMs = gapMs * between(random, changeAfter);
    await Bun.sleep(changeAtMs);
    if (change !== null) await server.change(0, change);
    await Bun.sleep(gapMs - changeAtMs);
    await server.get(`0/${picture}`);
  };
  await server.get(`0/${picture}`);
  for (let number = 0; isWarm && number < plan.firstWarmUps; number++) await round(0);
  for (let number = 0; isWarm && number < plan.stillWarmUps; number++) {
    await server.get(`0/${picture}`);
  }
  const meter = new UsageMeter(server.pid);
  const rounds = isWarm ? plan.warmRequests : plan.coldRequests;
  for (let number = 0; number < rounds; number++) await round(between(random, plan.gapMs));
  return sumUsage([meter.lap()], rounds);
}

/** Of a minute. The screens change once a second, half a second before they are looked at. */
async function measureClassroom({ plan }: Bench, server: BareServer): Promise<Usage> {
  const { overview, single } = classroomLooks;
  const screens = Array.from({ length: plan.classroomHosts }, (_, screen) => screen);
  const look = (durationMs: number) =>
    Promise.all([
      ...screens.flatMap((screen) => {
        const phase = screen / screens.length;
        return [
          pace(overview.everyMs, phase, durationMs, () => server.get(`${screen}/jpeg/preview`)),
          pace(overview.everyMs, (phase + 0.5) % 1, durationMs, () =>
            server.change(screen, "tenth"),
          ),
        ];
      }),
      pace(single.everyMs, 0, durationMs, () => server.get("0/jpeg/whole")),
    ]);
  await look(plan.classroomWarmUpMs);
  const meter = new UsageMeter(server.pid);
  await look(plan.classroomBlockMs);
  return sumUsage([meter.lap()], plan.classroomBlockMs / 60_000);
}
