/**
 * How dist/veyon-webapi ends: at a signal, whenever it comes and whatever is in hand, within 5 s
 * and with exit code 0.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../sim/support/api-client.ts";
import { expectError } from "../sim/support/documented-errors.ts";
import { onceOver, start, stopAll } from "../sim/support/fixture-host.ts";
import { untilPicture } from "../sim/support/framebuffer.ts";
import { silentAt } from "../sim/support/misbehaviours.ts";
import { socketsTo } from "../sim/support/open-files.ts";
import { unansweredPort } from "../sim/support/unanswered-port.ts";
import { until } from "../sim/support/until.ts";
import {
  buildIfOld,
  EmptyDirectory,
  program as programFile,
  RunningProgram,
} from "./support/program.ts";

/** What docs/operating.md promises. */
const endMaxMs = 5000;
const testLimitMs = 20_000;

let directory: EmptyDirectory;
let folder: string;

beforeAll(() => {
  buildIfOld();
  directory = new EmptyDirectory();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-signals-"));
});
afterEach(stopAll);
afterAll(() => {
  expect(directory.files).toEqual([]);
  directory.remove();
  rmSync(folder, { recursive: true });
});

const serverArgs = [
  "runserver",
  "--veyon-config",
  "/dev/null",
  "--bind",
  "127.0.0.1",
  "--port",
  "0",
];

/** Hosts have a minute for everything, so that nothing but the signal ends what is in hand. */
const patient = ["WebAPI/ConnectTimeout=60", "WebAPI/ConnectionAuthenticationTimeout=60"].flatMap(
  (setting) => ["--set", setting],
);

async function runServer(...args: string[]): Promise<RunningProgram> {
  const running = await RunningProgram.start(directory.path, [...serverArgs, ...args]);
  onceOver(() => running.kill());
  return running;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  onceOver(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function expectEndInTime(program: RunningProgram, signal: "SIGTERM" | "SIGINT" = "SIGTERM") {
  const { exitCode, ms } = await program.end(signal);
  expect(exitCode).toBe(0);
  expect(ms).toBeLessThan(endMaxMs);
}

/** The lines of the log about requests of a path. */
async function requestLines(program: RunningProgram, path: string): Promise<string[]> {
  const lines = (await program.stderr).split("\n");
  return lines.filter((line) => line.includes(" event=request ") && line.includes(` path=${path}`));
}

describe("while it serves", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s closes everything, whoever is connected",
    async (signal) => {
      const host = await start();
      const program = await runServer();
      const session = await new ApiClient(program.url).logIn(host.port);
      await untilPicture(session);
      await connected(program.port);
      (await connected(program.port)).write("GET /api/v1/us");
      const gone = host.clients.map(({ closed }) => closed);
      await expectEndInTime(program, signal);
      await Promise.all(gone);
    },
    testLimitMs,
  );

  test(
    "a client that asks again and again does not hold it up",
    async () => {
      const program = await runServer();
      const api = new ApiClient(program.url);
      let isOver = false;
      const asking = (async () => {
        while (!isOver) await api.get("user");
      })().catch(() => {});
      await expectEndInTime(program);
      isOver = true;
      await asking;
    },
    testLimitMs,
  );
});

describe("requests that wait for a host are told that the server stops, and logged as told", () => {
  const reason = "given up, since the server stops";

  async function expectTold(
    program: RunningProgram,
    answer: ReturnType<ApiClient["get"]>,
    path: string,
  ): Promise<void> {
    await expectEndInTime(program);
    expectError(await answer, "ConnectionTimedOut", reason);
    const lines = await requestLines(program, path);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(" status=408 error=8 ");
    expect(lines[0]).toContain(reason);
  }

  test(
    "the methods of a host that neither accepts nor refuses",
    async () => {
      const port = await unansweredPort();
      const program = await runServer(...patient);
      const path = `authentication/127.0.0.1:${port}`;
      const answer = new ApiClient(program.url).get(path);
      await until("a connect", () => socketsTo(port, program.child.pid) > 0);
      await expectTold(program, answer, `/api/v1/${path}`);
    },
    testLimitMs,
  );

  test.each(["greeting", "securityTypes", "methods"] as const)(
    "the methods of a host that falls silent before its %s",
    async (step) => {
      const host = await start({ intercept: silentAt(step) });
      const program = await runServer(...patient);
      const path = `authentication/127.0.0.1:${host.port}`;
      const answer = new ApiClient(program.url).get(path);
      await until("a client", () => host.clients.length > 0);
      await expectTold(program, answer, `/api/v1/${path}`);
    },
    testLimitMs,
  );

  test(
    "a login at a host that neither accepts nor refuses",
    async () => {
      const port = await unansweredPort();
      const program = await runServer(...patient);
      const answer = new ApiClient(program.url).authenticate(port);
      await until("a connect", () => socketsTo(port, program.child.pid) > 0);
      await expectTold(program, answer, "/api/v1/authentication/");
    },
    testLimitMs,
  );

  test(
    "a login that the host's user is asked about",
    async () => {
      const host = await start({ access: () => new Promise(() => {}) });
      const program = await runServer(...patient);
      const answer = new ApiClient(program.url).authenticate(host.port);
      await until("a login", () => host.clients.length === 1);
      await expectTold(program, answer, "/api/v1/authentication/");
    },
    testLimitMs,
  );
});

test(
  "what nobody waits for any more does not hold it up",
  async () => {
    const port = await unansweredPort();
    const program = await runServer(...patient);
    const leaving = new AbortController();
    const api = new ApiClient(program.url);
    const gone = api.get(`authentication/127.0.0.1:${port}`, { signal: leaving.signal });
    await until("a connect", () => socketsTo(port, program.child.pid) > 0);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await expectEndInTime(program);
  },
  testLimitMs,
);

test(
  "a second signal ends it at once, with the login that is in hand",
  async () => {
    const host = await start({ access: () => new Promise(() => {}) });
    const program = await runServer(...patient);
    const outcome = new ApiClient(program.url).authenticate(host.port).then(
      () => "answered",
      () => "cut off",
    );
    await until("a login", () => host.clients.length === 1);
    program.child.kill("SIGTERM");
    await until("the end of listening", () =>
      connected(program.port).then(
        () => false,
        () => true,
      ),
    );
    program.child.kill("SIGTERM");
    await program.child.exited;
    expect(program.child.signalCode).toBe("SIGTERM");
    expect(await outcome).toBe("cut off");
  },
  testLimitMs,
);

describe("while it starts", () => {
  test(
    "right after it has said that it is ready",
    async () => {
      for (let round = 0; round < 10; round++) {
        const program = await runServer();
        await expectEndInTime(program);
        expect(await program.stderr).toContain('event="server stopped"');
      }
    },
    testLimitMs,
  );

  test.each([
    ["--config", (pipe: string) => ["--config", pipe]],
    ["--veyon-config", (pipe: string) => ["--veyon-config", pipe]],
    [
      "the certificate",
      (pipe: string) =>
        [
          "WebAPI/HttpsEnabled=true",
          `WebAPI/TlsCertificateFile=${pipe}`,
          `WebAPI/TlsPrivateKeyFile=${pipe}`,
        ].flatMap((setting) => ["--set", setting]),
    ],
  ])(
    "before, when it waits for %s, which nobody writes",
    async (name, args) => {
      const pipe = join(folder, name.replaceAll(/\W/g, ""));
      Bun.spawnSync(["mkfifo", pipe]);
      // A pipe is opened by both sides at once: the line tells that the program is reading.
      const writer = Bun.spawn(["sh", "-c", `exec 3> "$0"; echo open; exec sleep 60`, pipe], {
        stdout: "pipe",
      });
      onceOver(() => writer.kill("SIGKILL"));
      const child = Bun.spawn([programFile, ...serverArgs, ...args(pipe)], {
        cwd: directory.path,
        env: {},
        stdin: "ignore",
        stderr: "pipe",
      });
      onceOver(() => child.kill("SIGKILL"));
      expect(new TextDecoder().decode((await writer.stdout.getReader().read()).value)).toBe(
        "open\n",
      );
      const startedMs = performance.now();
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(endMaxMs);
      expect(await child.stdout.text()).toBe("");
    },
    testLimitMs,
  );
});

describe("SIGHUP", () => {
  test(
    "has settings read again, and says what has changed",
    async () => {
      const logFile = join(folder, "reload.log");
      const config = join(folder, "reload.conf");
      const logged = (text: string) =>
        until(text, async () => (await Bun.file(logFile).text()).includes(text));
      writeFileSync(logFile, "");
      writeFileSync(config, "[WebAPI]\nLogLevel=info\n");
      const program = await RunningProgram.startCommand(directory.path, [
        "sh",
        "-c",
        `exec "$0" "$@" 2> ${logFile}`,
        programFile,
        ...serverArgs,
        "--config",
        config,
      ]);
      onceOver(() => program.kill());
      program.child.kill("SIGHUP");
      await logged("event=reloaded changed=nothing");
      writeFileSync(config, "[WebAPI]\nLogLevel=debug\nConnectionLimit=7\n");
      program.child.kill("SIGHUP");
      await logged('event=reloaded changed="WebAPI/LogLevel is debug"');
      await logged('event="restart needed" settings=WebAPI/ConnectionLimit');
      expect((await fetch(`${program.url}/health`)).status).toBe(200);
      await logged("level=debug event=request method=GET path=/health");
      writeFileSync(config, "[WebAPI]\nLogLevel=loud\n");
      program.child.kill("SIGHUP");
      await logged('event="not reloaded, nothing has changed" reason="Cannot use WebAPI/LogLevel');
      expect((await fetch(`${program.url}/api/v1/user`)).status).toBe(401);
      await expectEndInTime(program);
    },
    testLimitMs,
  );

  /**
   * In a terminal of its own, with its log in a file; its first line, and how to end the terminal.
   */
  async function runInTerminal(logFile: string) {
    const shown = Promise.withResolvers<string>();
    let text = "";
    const child = Bun.spawn(
      ["sh", "-c", `exec "$0" "$@" 2> ${logFile}`, programFile, ...serverArgs],
      {
        cwd: directory.path,
        env: {},
        terminal: {
          data(_, data) {
            text += new TextDecoder().decode(data);
            if (text.includes("\n")) shown.resolve(text.trim());
          },
        },
      },
    );
    onceOver(() => child.kill("SIGKILL"));
    return { child, url: /http:\S+/.exec(await shown.promise)![0] };
  }

  test(
    "in a terminal is no reason to end, but the end of the terminal is",
    async () => {
      const logFile = join(folder, "terminal.log");
      writeFileSync(logFile, "");
      const { child, url } = await runInTerminal(logFile);
      child.kill("SIGHUP");
      await until("the line", async () =>
        (await Bun.file(logFile).text()).includes("event=reloaded changed=nothing"),
      );
      expect((await fetch(`${url}/api/v1/user`)).status).toBe(401);
      child.terminal!.close();
      expect(await child.exited).toBe(0);
      expect(await Bun.file(logFile).text()).toContain('event="server stopped"');
    },
    testLimitMs,
  );
});
