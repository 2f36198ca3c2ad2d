/**
 * A process of simulated Veyon 4.7.5 hosts: `bun sim-hosts.ts '{"hosts":30,...}'`. Says their ports
 * as one line of JSON when they listen, and ends with its standard input.
 */
import { startSimHost } from "../../src/sim/sim-host.ts";
import { changedRows } from "../../test/real/support/desktop.ts";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { screenSize } from "./bench.ts";
import type { SimHostsOptions } from "./simulated-classroom.ts";

const bands = 10;
const changeEveryMs = 1000;

const {
  hosts: count,
  changing,
  keyName,
  publicKey,
} = JSON.parse(process.argv[2]) as SimHostsOptions;
const { width, height } = screenSize;
const desktop = await desktopPicture("text", width, height);
const hosts = await Promise.all(
  Array.from({ length: count }, () =>
    startSimHost({
      ...screenSize,
      version: "4.7.5",
      name: "pc",
      credentials: { publicKeys: { [keyName]: publicKey } },
      user: { login: "pupil", fullName: "Pia Pupil" },
    }),
  ),
);
for (const { screen } of hosts) screen.put(screen.bounds, desktop.pixels);
if (changing) for (const [index] of hosts.entries()) changeFrom(index);
console.log(JSON.stringify(hosts.map(({ port }) => port)));
for await (const _ of process.stdin);
process.exit();

/** A tenth of the rows once a second, each host at its own moment of it. */
function changeFrom(index: number): void {
  let number = index;
  const change = () => {
    const rows = { y: ((number % bands) * height) / bands, height: height / bands };
    hosts[index].screen.put({ x: 0, width, ...rows }, changedRows(desktop, rows, number++));
  };
  setTimeout(() => setInterval(change, changeEveryMs), (index / count) * changeEveryMs);
}
