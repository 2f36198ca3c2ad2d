/** What dist/veyon-webapi tells systemd. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { onceOver, stopAll } from "../sim/support/fixture-host.ts";
import { DatagramSocket } from "./support/datagram-socket.ts";
import { buildIfOld, EmptyDirectory, RunningProgram } from "./support/program.ts";

const loopback = ["runserver", "--bind", "127.0.0.1", "--port", "0"];

let directory: EmptyDirectory;
let folder: string;

beforeAll(() => {
  buildIfOld();
  directory = new EmptyDirectory();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-notify-"));
});
afterEach(stopAll);
afterAll(() => {
  directory.remove();
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string>): Promise<RunningProgram> {
  const program = await RunningProgram.start(directory.path, loopback, env);
  onceOver(() => program.kill());
  return program;
}

async function bind(name: string): Promise<DatagramSocket> {
  const socket = await DatagramSocket.bind(name);
  onceOver(() => socket.close());
  return socket;
}

describe.each([
  ["a path", () => join(folder, "notify")],
  ["an abstract name", () => `@veyon-webapi-test-${process.pid}`],
])("with NOTIFY_SOCKET as %s", (_, name) => {
  test("says that it is ready when it listens, then that it lives, and that it stops", async () => {
    const socket = await bind(name());
    const env = { NOTIFY_SOCKET: name(), WATCHDOG_USEC: "100000" };
    const program = await start(env);
    expect(await socket.next()).toBe("READY=1");
    expect((await fetch(program.url)).status).toBe(200);
    for (let times = 0; times < 3; times++) expect(await socket.next()).toBe("WATCHDOG=1");
    expect(await program.end("SIGTERM")).toMatchObject({ exitCode: 0 });
    let last = await socket.next();
    while (last === "WATCHDOG=1") last = await socket.next();
    expect(last).toBe("STOPPING=1");
    expect(await program.stderr).not.toContain("service manager");
  });
});

test("a watchdog that is meant for another process hears nothing", async () => {
  const name = `@veyon-webapi-other-${process.pid}`;
  const socket = await bind(name);
  const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" };
  const program = await start(env);
  expect(await socket.next()).toBe("READY=1");
  // Many of its intervals.
  for (let times = 0; times < 20; times++) await fetch(program.url);
  await program.end("SIGTERM");
  expect(await socket.next()).toBe("STOPPING=1");
});

test.each([
  ["vsock:2:1234", /wanted a path/],
  ["/none/notify", /nobody takes it/],
])("serves all the same where NOTIFY_SOCKET=%s cannot be used, and says so", async (name, why) => {
  const program = await start({ NOTIFY_SOCKET: name });
  expect((await fetch(program.url)).status).toBe(200);
  expect(await program.end("SIGTERM")).toMatchObject({ exitCode: 0 });
  expect(await program.stderr).toMatch(why);
});
