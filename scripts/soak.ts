/**
 * Good hosts, hostile hosts, flapping hosts and bad clients together, in front of one server:
 *
 *     npm run soak -- [--minutes 10] [--seed 1] [--program dist/veyon-webapi]
 *
 * Prints each minute what a good host's client meets and what the server holds, and in the end
 * whether it gives back what it has taken and ends in time. Exit code 1 when something of this is
 * not so. Every kind of host and the bad clients are processes of their own.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "./bench/statistics.ts";
import { login } from "./soak/login.ts";
import { processFigures } from "./soak/process-figures.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    /** A binary; without one the source is run. */
    program: { type: "string" },
  },
});

const goodHosts = 10;
const badHosts = 10;
const askEveryMs = 100;
const pictureEveryMs = 1000;
/** Beside the attacks a good host's client must not wait longer. */
const answerMsMax = 10_000;
/** When everybody has gone, of what the server held before anybody came. */
const restBytesMax = 400 * 1024 * 1024;
const restWithinMs = 90_000;
const endWithinMs = 5500;

const root = resolve(import.meta.dir, "..");
const minutes = Number(values.minutes);
const children: Bun.Subprocess[] = [];

const program =
  values.program === undefined
    ? [process.execPath, resolve(root, "src/main.ts")]
    : [resolve(values.program)];
const settings = ["WebAPI/ConnectionLimit=200", "WebAPI/ConnectionIdleTimeout=20"];
const server = Bun.spawn(
  [
    ...program,
    "runserver",
    "--veyon-config=/dev/null",
    "--bind=127.0.0.1",
    "--port=0",
    ...settings.flatMap((setting) => ["--set", setting]),
  ],
  { stdout: "pipe", stderr: "ignore" },
);
process.on("exit", () => {
  for (const child of [...children, server]) child.kill("SIGKILL");
});

const url = await addressOf(server.stdout);
const atFirst = processFigures(server.pid);
const [good, hostile, flapping] = await Promise.all([
  startHosts("good", goodHosts),
  startHosts("hostile", badHosts),
  startHosts("flapping", badHosts),
]);
startChild("clients.ts", url, values.seed, JSON.stringify([...hostile, ...flapping, good[0]]));

let waitsMs: number[] = [];
let pictures = 0;
/** 503: the host has not sent its whole screen since it was logged in to. */
let notYet = 0;
let failures: string[] = [];
let isOver = false;
const watchers = good.slice(1).map(watch);

console.log(
  "minute  p50 ms  p99 ms  max ms  answers  pictures  not yet  failures  MiB  descriptors  sockets  threads",
);
const problems: string[] = [];
for (let minute = 1; minute <= minutes; minute++) {
  await Bun.sleep(60_000);
  printRow(minute);
}
isOver = true;
await Promise.all(watchers);
for (const child of children) child.kill();
await expectRest();
await expectEnd();
for (const problem of problems) console.log(`NOT MET: ${problem}`);
console.log(problems.length === 0 ? "all met" : `${problems.length} not met`);
process.exit(problems.length === 0 ? 0 : 1);

/** Logs in, asks for the user ten times a second and for a picture each second, to the end. */
async function watch(port: number): Promise<void> {
  while (!isOver) {
    try {
      await watchOnce(port);
    } catch (error) {
      failures.push(String(error));
      await Bun.sleep(askEveryMs);
    }
  }
}

async function watchOnce(port: number): Promise<void> {
  const answer = await call("POST", `authentication/127.0.0.1:${port}`, null, login("veyon"));
  const { "connection-uid": uid } = JSON.parse(answer.text) as { "connection-uid": string };
  for (let pictureAtMs = 0; !isOver;) {
    const startedMs = performance.now();
    await call("GET", "user", uid);
    waitsMs.push(performance.now() - startedMs);
    if (startedMs - pictureAtMs >= pictureEveryMs) {
      pictureAtMs = startedMs;
      const { status } = await call("GET", "framebuffer?format=jpeg&width=320", uid);
      if (status === 503) notYet++;
      else pictures++;
    }
    await Bun.sleep(askEveryMs);
  }
}

async function call(method: string, path: string, uid: string | null, body?: unknown) {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    // A connection that is kept would count as one that the server does not give back.
    keepalive: false,
    signal: AbortSignal.timeout(answerMsMax),
    ...(uid !== null && { headers: { "Connection-Uid": uid } }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { status } = response;
  const text = await response.text();
  if (response.ok || status === 503) return { status, text };
  throw new Error(`${method} ${path.replace(/\d+$/, "")}: ${status} ${text}`);
}

function printRow(minute: number): void {
  const figures = processFigures(server.pid);
  const cells = [
    [minute, 6],
    [quantile(waitsMs, 0.5).toFixed(1), 6],
    [quantile(waitsMs, 0.99).toFixed(1), 6],
    [Math.max(...waitsMs).toFixed(0), 6],
    [waitsMs.length, 7],
    [pictures, 8],
    [notYet, 7],
    [failures.length, 8],
    [mebibytes(figures.residentBytes), 4],
    [figures.descriptors, 11],
    [figures.sockets, 7],
    [figures.threads, 7],
  ] as const;
  console.log(cells.map(([cell, width]) => String(cell).padStart(width)).join("  "));
  for (const failure of new Set(failures)) console.log(`        ${failure}`);
  if (waitsMs.length === 0) problems.push(`minute ${minute}: no answer at all`);
  if (failures.length > 0) problems.push(`minute ${minute}: ${failures.length} failures`);
  waitsMs = [];
  pictures = 0;
  notYet = 0;
  failures = [];
}

/** What was taken is given back. */
async function expectRest(): Promise<void> {
  const endMs = performance.now() + restWithinMs;
  for (;;) {
    const { residentBytes, sockets } = processFigures(server.pid);
    const isRest = sockets <= atFirst.sockets && residentBytes < restBytesMax;
    if (isRest || performance.now() > endMs) {
      console.log(`at rest: ${mebibytes(residentBytes)} MiB, ${sockets} sockets`);
      if (!isRest)
        problems.push(`memory and sockets are not given back: ${atFirst.sockets} wanted`);
      return;
    }
    await Bun.sleep(500);
  }
}

async function expectEnd(): Promise<void> {
  const startedMs = performance.now();
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), 2 * endWithinMs);
  const exitCode = await server.exited;
  clearTimeout(timer);
  const takenMs = performance.now() - startedMs;
  console.log(`SIGTERM: exit code ${exitCode} after ${takenMs.toFixed(0)} ms`);
  if (exitCode !== 0 || takenMs > endWithinMs) problems.push("it does not end in time");
}

async function startHosts(kind: string, count: number): Promise<number[]> {
  const child = startChild("hosts.ts", kind, String(count), values.seed);
  return JSON.parse(await firstLine(child.stdout)) as number[];
}

function startChild(script: string, ...args: string[]) {
  const child = Bun.spawn([process.execPath, resolve(root, "scripts/soak", script), ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  children.push(child);
  return child;
}

async function addressOf(output: ReadableStream<Uint8Array>): Promise<string> {
  const line = await firstLine(output);
  const [address] = /http:\S+/.exec(line) ?? [];
  if (address === undefined) throw new Error(`The server does not say where it listens: ${line}`);
  return address;
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) return text.split("\n")[0];
  }
  throw new Error("A process has ended before it was ready");
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
