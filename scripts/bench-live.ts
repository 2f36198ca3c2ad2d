/**
 * Compares live pictures with polling this server, and with websockify straight to a host's VNC
 * server, on one machine and in one run:
 *
 *     npm run bench-live [-- [--quick] [--json FILE] [--docs]]
 *
 * Writes the result as Markdown to standard output and as JSON to FILE (dist/bench-live.json); with
 * --docs also to docs/live-benchmark.md. Needs Debian with the packages of the tests, and
 * websockify; as root it installs them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { methodUuid } from "../src/veyon/authentication-methods.ts";
import { pupil } from "../test/real/support/account.ts";
import { writeConfiguration } from "../test/real/support/configuration.ts";
import { desktopPicture } from "../test/real/support/desktop-pictures.ts";
import { freePorts } from "../test/real/support/free-ports.ts";
import { testKey } from "../test/real/support/keys.ts";
import { makeOwnDirectory, removeOwnDirectory } from "../test/real/support/own-directory.ts";
import { startProcess } from "../test/real/support/real-process.ts";
import { waitForGreeting } from "../test/real/support/rfb-greeting.ts";
import { until } from "../test/real/support/until.ts";
import { startVeyonHost } from "../test/real/support/veyon-host.ts";
import { call } from "./bench/api-client.ts";
import { screenSize } from "./bench/bench.ts";
import { describeMachine } from "./bench/machine.ts";
import { buildProgram } from "./bench/servers.ts";
import { openLiveViewer } from "./bench-live/live-viewer.ts";
import { type Finding, measure, type Way } from "./bench-live/measure.ts";
import { openPollingViewer } from "./bench-live/polling-viewer.ts";
import { type Case, formatReport, type HostName, verdictsOf } from "./bench-live/report.ts";
import { openRfbViewer } from "./bench-live/rfb-viewer.ts";
import { Scene, sceneNames, type Stage } from "./bench-live/scene.ts";
import { startSimStage } from "./bench-live/sim-stage.ts";
import { installTestPackages } from "./debian-packages.ts";

const root = resolve(import.meta.dir, "..");
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string", default: join(root, "dist", "bench-live.json") },
    docs: { type: "boolean", default: false },
  },
});
const plan = values.quick ? { rounds: 1, measuredMs: 2000 } : { rounds: 3, measuredMs: 4000 };

/** An x11vnc at which nobody has looked for some seconds stands still for up to 5 s after that. */
const warmUpMs = { simulated: 1500, real: 7000 } as const;

/** A host, and the ways to look at it. */
interface Place {
  readonly name: HostName;
  readonly stage: Stage;
  readonly ways: readonly Way[];
  readonly vncServers: readonly number[];
}

const startedAtMs = performance.now();
const machine = describeMachine();
if (installTestPackages() !== "installed") throw new Error("Cannot run real Veyon hosts");
installWebsockify();
const stops: (() => Promise<void> | void)[] = [];
try {
  const key = await testKey();
  const { host, scene, vncPort } = await startHost();
  const simulated = await startSimStage({ keyName: key.name, publicKey: key.publicKey });
  stops.push(() => simulated.stop());
  const server = await startServer();
  const bridge = await startBridge(vncPort);
  const vncServers = [host.vncServerPort, vncPort].map(vncServerOn);
  const waysTo = (uid: string): Way[] => [
    { name: "live", open: () => openLiveViewer(server.url, uid), pids: () => [server.pid] },
    {
      name: "poll",
      open: async () => openPollingViewer(server.url, uid),
      pids: () => [server.pid],
    },
  ];
  const places: Place[] = [
    {
      name: "simulated",
      stage: simulated,
      ways: waysTo(await logIn(server.url, simulated.port)),
      vncServers: [],
    },
    {
      name: "real",
      stage: scene,
      ways: [
        ...waysTo(await logIn(server.url, host.port)),
        {
          name: "websockify",
          open: () => openRfbViewer(bridge.url),
          pids: () => [bridge.pid, ...childrenOf(bridge.pid)],
        },
      ],
      vncServers,
    },
  ];
  const cases = places.flatMap((place) =>
    sceneNames.flatMap((name) =>
      [1, 10].flatMap((viewers) =>
        place.ways.map((way) => ({ place, name, viewers, way, findings: [] as Finding[] })),
      ),
    ),
  );
  for (let round = 1; round <= plan.rounds; round++) {
    for (const { place, name, viewers, way, findings } of cases) {
      await place.stage.clear();
      const about = { stage: place.stage, name };
      const times = { warmUpMs: warmUpMs[place.name], measuredMs: plan.measuredMs };
      const found = await measure(way, viewers, about, place.vncServers, times);
      findings.push(found);
      say(`${round} ${place.name} ${name} ${way.name} ${viewers} ${JSON.stringify(found)}`);
    }
  }
  const found: Case[] = cases.map(({ place, name, viewers, way, findings }) => {
    return { host: place.name, scene: name, viewers, way: way.name, findings };
  });
  const report = formatReport(found, machine, plan.rounds);
  writeFile(
    values.json,
    JSON.stringify({ machine, cases: found, verdicts: verdictsOf(found) }, null, 1),
  );
  if (values.docs) writeFile(join(root, "docs", "live-benchmark.md"), report);
  console.log(report);
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit();

/** With a second VNC server on its screen, which Veyon knows nothing of. */
async function startHost() {
  const host = await startVeyonHost({ user: pupil, size: screenSize });
  stops.push(() => host.stop());
  const desktop = await desktopPicture("text", screenSize.width, screenSize.height);
  const scene = new Scene(host.screen, desktop);
  await scene.clear();
  const [vncPort] = freePorts(1);
  const options = "-localhost -nopw -forever -shared -nosel -nosetclipboard -noipv6 -quiet";
  await host.run(["x11vnc", "-rfbport", String(vncPort), ...options.split(" ")]);
  await waitForGreeting(vncPort);
  return { host, scene, vncPort };
}

async function startServer() {
  const directory = makeOwnDirectory("bench-live");
  stops.push(() => removeOwnDirectory(directory));
  const program = await buildProgram(directory);
  const [port] = freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const settings = { "WebAPI/ConnectionIdleTimeout": 3600, "WebAPI/HttpServerPort": port };
  const process = await startProcess({
    name: "veyon-webapi",
    command: [program, "runserver", "--bind", "127.0.0.1"],
    env: { PATH: "/usr/bin:/bin", HOME: directory },
    directory,
    binds: [await writeConfiguration(directory, settings)],
    ready: () => until(`answer of ${url}`, () => fetch(url).catch(() => null)),
  });
  stops.push(() => process.stop());
  return { url, pid: process.pid };
}

async function logIn(url: string, hostPort: number): Promise<string> {
  const key = await testKey();
  const credentials = { keyname: key.name, keydata: key.privateKey };
  const login = { method: methodUuid("AuthKeys"), credentials };
  const path = `authentication/127.0.0.1:${hostPort}`;
  const { bytes } = await call(url, "POST", path, undefined, login);
  const { "connection-uid": uid } = JSON.parse(new TextDecoder().decode(bytes)) as {
    "connection-uid": string;
  };
  return uid;
}

async function startBridge(vncPort: number) {
  const [port] = freePorts(1);
  const command = ["websockify", `127.0.0.1:${port}`, `127.0.0.1:${vncPort}`];
  const child = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] });
  stops.push(async () => {
    child.kill();
    await child.exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`answer of ${url}`, () => fetch(url).catch(() => null));
  return { url: url.replace("http", "ws"), pid: child.pid };
}

/** The x11vnc that listens there, in whatever namespace. */
function vncServerOn(port: number): number {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const command = Bun.spawnSync(["cat", `/proc/${entry}/cmdline`])
      .stdout.toString()
      .split("\0");
    if (command[0].endsWith("x11vnc") && command.includes(String(port))) return Number(entry);
  }
  throw new Error(`No x11vnc listens on port ${port}`);
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").map(Number);
}

function installWebsockify(): void {
  if (Bun.which("websockify") !== null) return;
  const command = ["apt-get", "-q", "install", "-y", "--no-install-recommends", "websockify"];
  const { success } = Bun.spawnSync(command, { stdio: ["ignore", 2, 2] });
  if (!success) throw new Error(`Cannot install websockify: ${command.join(" ")}`);
}

function say(text: string): void {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
  console.error(`${seconds.padStart(5)} s  ${text}`);
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
