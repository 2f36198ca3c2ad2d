/** Simulated hosts, in a process of their own. */
import { join } from "node:path";
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import type { Side } from "./servers.ts";

/** What sim-hosts.ts is told. */
export interface SimHostsOptions {
  readonly hosts: number;
  /** Whether a tenth of each screen changes once a second. */
  readonly changing: boolean;
  readonly keyName: string;
  readonly publicKey: string;
}

/** Listen until `use` is through. */
export async function withSimHosts<Result>(
  { key }: Bench,
  options: Pick<SimHostsOptions, "hosts" | "changing">,
  use: (ports: readonly number[]) => Promise<Result>,
): Promise<Result> {
  const all: SimHostsOptions = { ...options, keyName: key.name, publicKey: key.publicKey };
  const script = join(import.meta.dir, "sim-hosts.ts");
  const child = Bun.spawn([process.execPath, script, JSON.stringify(all)], {
    stdio: ["pipe", "pipe", 2],
  });
  try {
    return await use(await readPorts(child.stdout));
  } finally {
    await child.stdin.end();
    await child.exited;
  }
}

async function readPorts(output: ReadableStream<Uint8Array>): Promise<readonly number[]> {
  let text = "";
  for await (const chunk of output) {
    text += new TextDecoder().decode(chunk);
    if (text.endsWith("\n")) return JSON.parse(text) as number[];
  }
  throw new Error("The simulated hosts have ended");
}

const firstPictureWithinMs = 30_000;

/** Logs in to each port, one after the other, and waits until each host has a picture. */
export async function watchPorts(side: Side, ports: readonly number[]): Promise<ApiSession[]> {
  const sessions: ApiSession[] = [];
  for (const port of ports) {
    const session = await side.logIn(port);
    await waitForPicture(session);
    sessions.push(session);
  }
  return sessions;
}

async function waitForPicture(session: ApiSession): Promise<void> {
  const startedAtMs = performance.now();
  for (;;) {
    const { status } = await session.get("framebuffer?format=jpeg&width=16");
    if (status === 200) return;
    if (performance.now() - startedAtMs > firstPictureWithinMs) throw new Error("No picture");
    await Bun.sleep(20);
  }
}
