/** How memory and CPU time grow with the hosts that are held. */
import { type Bench, screenSize } from "./bench.ts";
import { type Figure, figure } from "./figure.ts";
import { type HeldHosts, measureHeldHosts } from "./held-hosts.ts";
import { onceMore } from "./once-more.ts";
import { withReplayHosts } from "./replayed-classroom.ts";

/** Above that, several connections go to each host; for a server they are so many hosts. */
const simHostsMax = 100;

export interface Growth {
  readonly ours: readonly HeldHosts[];
  readonly reference: readonly HeldHosts[];
}

export async function measureGrowth(bench: Bench): Promise<Growth> {
  const { growthHosts, referenceHostsMax } = bench.plan;
  const hosts = Math.min(simHostsMax, Math.max(...growthHosts));
  const referenceHosts = growthHosts.filter((count) => count <= referenceHostsMax);
  return withReplayHosts(bench, { hosts, changing: true }, async (addresses) => ({
    ours: await onceMore(bench, "ours", () =>
      measureHeldHosts(bench, "ours", addresses, growthHosts),
    ),
    reference: await onceMore(bench, "reference", () =>
      measureHeldHosts(bench, "reference", addresses, referenceHosts),
    ),
  }));
}

/** Of the greatest number of hosts that both hold. */
export function growthFigures({ ours, reference }: Growth): Figure[] {
  const most = Math.min(ours.at(-1)!.hosts, reference.at(-1)!.hosts);
  const work = `${most} hosts held, a tenth of each screen changing every second`;
  const [ourBytes, theirBytes] = [ours, reference].map((held) => bytesPerHost(held, most));
  const frameBytes = screenSize.width * screenSize.height * 4;
  const memory = { work, quantity: "memory per host", unit: "MB" };
  return [
    figure(
      { ...memory, otherName: "frame", bound: { atMost: 1.3 } },
      ourBytes / 1e6,
      frameBytes / 1e6,
    ),
    figure({ ...memory, bound: { atMost: 1 } }, ourBytes / 1e6, theirBytes / 1e6),
    figure(
      { work, quantity: "CPU", unit: "ms/s" },
      find(ours, most).cpuMsPerSecond,
      find(reference, most).cpuMsPerSecond,
    ),
  ];
}

function bytesPerHost(held: readonly HeldHosts[], hosts: number): number {
  return (find(held, hosts).residentBytes - find(held, 0).residentBytes) / hosts;
}

function find(held: readonly HeldHosts[], hosts: number): HeldHosts {
  return held.find((each) => each.hosts === hosts)!;
}
