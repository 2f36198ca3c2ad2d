/** CPU time of a bare server, a floor for the CPU time of ours: see bare-server.ts. */
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { type Bench, screenSize } from "./bench.ts";
import { type Figure, figure } from "./figure.ts";
import { changeAfter } from "./picture-cases.ts";
import { cpuMs, firstThreadMs, type Measured, usageOf, usedSince } from "./process-usage.ts";
import { between } from "./random.ts";

const { width, height } = screenSize;
const changes = [
  { name: "all changed", rows: height },
  { name: "a tenth changed", rows: height / 10 },
  { name: "nothing changed", rows: 0 },
];

export async function floorCase(bench: Bench): Promise<Figure[]> {
  const { pixels } = await desktopPicture("text", width, height);
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
    const server = {
      cpuMs: () => cpuMs(child.pid),
      jsThreadMs: () => firstThreadMs(child.pid),
      url,
      feed,
      pixels,
    };
    const figures: Figure[] = [];
    await update(server, height, 0);
    for (const change of changes) {
      bench.say(`a bare server, JPEG, ${change.name}`);
      figures.push(...(await measure(bench, server, change)));
    }
    return figures;
  } finally {
    child.kill();
    await child.exited;
    listener.close();
  }
}

interface BareServer extends Measured {
  readonly url: string;
  readonly feed: net.Socket;
  readonly pixels: Uint32Array;
}

async function measure(
  { plan, random }: Bench,
  server: BareServer,
  { name, rows }: { readonly name: string; readonly rows: number },
): Promise<Figure[]> {
  const round = async (gapMs: number, number: number) => {
    const changeAtMs = gapMs * between(random, changeAfter);
    await Bun.sleep(changeAtMs);
    await update(server, rows, number);
    await Bun.sleep(gapMs - changeAtMs);
    await (await fetch(server.url)).arrayBuffer();
  };
  for (let number = 0; number < plan.firstWarmUps; number++) await round(0, number);
  const before = usageOf(server);
  for (let number = 0; number < plan.requests; number++) {
    await round(between(random, plan.gapMs), number);
  }
  const used = usedSince(server, before, plan.requests);
  const work = `a bare server: JPEG, ${name}`;
  const text = { work, desktop: "text", unit: "ms" } as const;
  return [
    figure({ ...text, quantity: "CPU" }, used.cpuMs, null),
    figure({ ...text, quantity: "JS thread" }, used.jsThreadMs, null),
  ];
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
