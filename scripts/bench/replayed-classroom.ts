/** Simulated hosts, in a process of their own. */
import { join } from "node:path";
import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";
import { startNetwork } from "../../test/real/support/network.ts";
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import type { Side } from "./servers.ts";
import type { Situation } from "./situations.ts";

/** What replay-hosts.ts is told. */
export interface ReplayOptions {
  readonly hosts: number;
  /** Whether a tenth of each screen changes once a second. */
  readonly changing: boolean;
  readonly desktop: DesktopKind;
  /** Where they listen. */
  readonly address: string;
  readonly keyName: string;
  readonly publicKey: string;
}

export interface Classroom {
  readonly hosts: number;
  readonly changing: boolean;
  /** Default: on the loopback address. */
  readonly network?: Situation["network"];
}

/** Listen until `use` is through, which gets their addresses. */
export async function withReplayHosts<Result>(
  { desktop, key }: Bench,
  { hosts, changing, network }: Classroom,
  use: (addresses: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const cable = network ? await startNetwork(network === true ? {} : network) : null;
  const address = cable?.address ?? "127.0.0.1";
  const { name: keyName, publicKey } = key;
  const options: ReplayOptions = { hosts, changing, desktop, address, keyName, publicKey };
  const script = join(import.meta.dir, "replay-hosts.ts");
  const command = [process.execPath, script, JSON.stringify(options)];
  const child = Bun.spawn([...(cable?.enter ?? []), ...command], { stdio: ["pipe", "pipe", 2] });
  try {
    const ports = await readPorts(child.stdout);
    return await use(ports.map((port) => `${address}:${port}`));
  } finally {
    await child.stdin.end();
    await child.exited;
    await cable?.stop();
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

/** Logs in to each host, one after the other, and waits until each has a picture. */
export async function watchHosts(side: Side, addresses: readonly string[]): Promise<ApiSession[]> {
  const sessions: ApiSession[] = [];
  for (const address of addresses) {
    const session = await side.logIn(address);
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
