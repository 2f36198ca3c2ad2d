/** A network of its own for a host, so that its address is not one of this computer. */
import { randomInt } from "node:crypto";

/**
 * A network namespace with a cable to the one of this process: a pair of virtual Ethernet devices.
 * Both ends go when the namespace goes, and that goes with this process, even when it is killed.
 */
export interface Network {
  /** IPv4, of the programs inside; 127.0.0.1 is another computer there than here. */
  readonly address: string;
  /** What runs a command inside goes before it. */
  readonly enter: readonly string[];
  stop(): Promise<void>;
}

/**
 * RFC 2544 sets 198.18.0.0/15 aside for benchmarks of networks: 2^15 cables with 4 addresses each.
 */
const cables = 2 ** 15;

/**
 * The arguments are the number of our process, the name of our end of the cable, and the inner
 * address.
 */
const laysCable = `
ip link set lo up
ip link add eth0 type veth peer name "$2" netns "$1"
ip addr add "$3" dev eth0
ip link set eth0 up
echo ready
exec sleep infinity`;

/** Needs root. `rateMbit`: what the cable carries in each direction; default as much as it can. */
export async function startNetwork({ rateMbit }: { rateMbit?: number } = {}): Promise<Network> {
  const cable = randomInt(cables);
  const [ourAddress, address] = [1, 2].map((end) => addressOf(cable * 4 + end));
  const device = `veyon${cable}`;
  const unshare = ["setpriv", "--pdeathsig=KILL", "unshare", "--net"];
  const child = Bun.spawn(
    [...unshare, "sh", "-ec", laysCable, "sh", `${process.pid}`, device, `${address}/30`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const enter = ["nsenter", `--net=/proc/${child.pid}/ns/net`];
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  try {
    const { done } = await child.stdout.getReader().read();
    if (done) throw new Error("Cannot make a network namespace");
    run("ip", "addr", "add", `${ourAddress}/30`, "dev", device);
    run("ip", "link", "set", device, "up");
    if (rateMbit !== undefined) {
      run(...limitRate(device, rateMbit));
      run(...enter, ...limitRate("eth0", rateMbit));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, enter, stop };
}

function addressOf(offset: number): string {
  return `198.${18 + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}

/** A token bucket, with the queue of a small switch. */
function limitRate(device: string, rateMbit: number): string[] {
  const bucket = `rate ${rateMbit}mbit burst 64kb latency 50ms`.split(" ");
  return ["tc", "qdisc", "add", "dev", device, "root", "tbf", ...bucket];
}

function run(...command: string[]): void {
  const { success, stderr } = Bun.spawnSync(command, { stderr: "pipe" });
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString().trim()}`);
}
