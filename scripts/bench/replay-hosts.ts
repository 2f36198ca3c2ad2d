/**
 * A process of simulated hosts: `bun replay-hosts.ts '{"hosts":30,...}'`. Says their ports as one
 * line of JSON when they listen, and ends with its standard input.
 */
import { SimFeatures } from "../../src/sim/sim-features.ts";
import { SimInput } from "../../src/sim/sim-input.ts";
import { SimScreen } from "../../src/sim/sim-screen.ts";
import { traitsOf } from "../../src/sim/sim-traits.ts";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { screenSize } from "./bench.ts";
import { ReplayHost } from "./replay-host.ts";
import { ReplayedUpdates } from "./replayed-updates.ts";
import type { ReplayOptions } from "./replayed-classroom.ts";

const changeEveryMs = 1000;

const { hosts, changing, desktop, address, keyName, publicKey } = JSON.parse(
  process.argv[2],
) as ReplayOptions;
const { width, height } = screenSize;
const updates = new ReplayedUpdates(await desktopPicture(desktop, width, height));

const options = {
  version: "4.7.5",
  name: "pc",
  credentials: { publicKeys: { [keyName]: publicKey } },
  user: { login: "pupil", fullName: "Pia Pupil" },
};
const traits = traitsOf(options.version);
// What it shows is in the updates; they have no other screen.
const screen = new SimScreen(width, height);
const ports = await Promise.all(
  Array.from({ length: hosts }, (_, index) => {
    const features = new SimFeatures(traits, screen, options);
    const updateRequests = { incremental: 0, whole: 0 };
    const input = new SimInput();
    const computer = { options, traits, screen, features, input, updateRequests };
    const host = new ReplayHost(computer, updates, index);
    if (changing) changeEverySecond(host, (index / hosts) * changeEveryMs);
    return host.listen(address);
  }),
);
console.log(JSON.stringify(ports));
for await (const _ of process.stdin);
process.exit();

/** A tenth of the rows, each host at its own moment of the second. */
function changeEverySecond(host: ReplayHost, phaseMs: number): void {
  setTimeout(() => setInterval(() => host.change(), changeEveryMs), phaseMs);
}
