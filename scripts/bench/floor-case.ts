/** CPU time of a bare server, a floor for the CPU time of ours: see bare-server.ts. */
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { type Bench, screenSize } from "./bench.ts";
import { type Figure, figure } from "./figure.ts";
import { changeAfter } from "./picture-part.ts";
import { sumUsage, UsageMeter } from "./process-usage.ts";
import { between } from "./random.ts";
import { type Situation, situations } from "./situations.ts";

const { width, height } = screenSize;
const changes = [
  { name: "all changed", rows: height },
  { name: "a tenth changed", rows: height / 10 },
  { name: "nothing changed", rows: 0 },
];

/** Its updates come without a protocol, so that a network makes no difference. */
export async function floorCase(bench: Bench): Promise<Figure[]> {
  const { pixels } = await desktopPicture(bench.desktop, width, height);
  const figures: Figure[] = [];
  for (const situation of situations.filter(({ network }) => network === false)) {
    for (const { name, rows } of changes) {
      const work = `a bare server: JPEG, ${name}`;
      bench.say(`${work}, ${situation.name}`);
      const { cpuMs, threadsMs } = await withBareServer(pixels, (server) =>
        measure(bench, situation, server, rows),
      );
      const text = { work, situation: situation.name, quantity: "CPU", unit: "ms", threadsMs };
      figures.push(figure(text, cpuMs, null));
    }
  }
  return figures;
}

interface BareServer {
  readonly pid: number;
  readonly url: string;
  readonly feed: net.Socket;
  readonly pixels: Uint32Array;
}

async function withBareServer<Result>(
  pixels: Uint32Array,
  use: (server: BareServer) => Promise<Result>,
): Promise<Result> {
  const listener = net.createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as net.AddressInfo;
  const connected = once(listener, "connection");
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "bare-server.ts"), `${port}`], {
    env: {},
    stdio: ["ignore", "pipe", 2],
  });
  try {
    const [feed] = (await connected) as [net.Socket];
    const { value } = await child.stdout.getReader().read();
    const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}/`;
    return await use({ pid: child.pid, url, feed, pixels });
  } finally {
    child.kill();
    await child.exited;
    listener.close();
  }
}

async function measure(
  { plan, random }: Bench,
  { isWarm }: Situation,
  server: BareServer,
  rows: number,
) {
  const round = async (gapMs: number, number: number) => {
    const changeAtMs = gapMs * between(random, changeAfter);
    await Bun.sleep(changeAtMs);
    await update(server, rows, number);
    await Bun.sleep(gapMs - changeAtMs);
    await (await fetch(server.url)).arrayBuffer();
  };
  await update(server, height, 0);
  for (let number = 0; isWarm && number < plan.firstWarmUps; number++) await round(0, number);
  const meter = new UsageMeter(server.pid);
  const rounds = isWarm ? plan.warmRequests : plan.coldRequests;
  for (let number = 0; number < rounds; number++) {
    await round(between(random, plan.gapMs), number);
  }
  return sumUsage([meter.lap()], rounds);
}

/** Sends so many rows, each time others, and waits until a picture has been made of them. */
async function update({ feed, pixels }: BareServer, rows: number, number: number): Promise<void> {
  if (rows === 0) return;
  const firstRow = (number * rows) % height;
  const start = firstRow * width;
  const message = new Uint32Array(2 + rows * width);
  message.set([firstRow, rows]);
  message.set(pixels.subarray(start, start + rows * width), 2);
  const encoded = once(feed, "data");
  feed.write(new Uint8Array(message.buffer));
  await encoded;
}
