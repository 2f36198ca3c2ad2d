/**
 * The programs in examples/, as somebody runs them who has copied them, in front of a simulated
 * host.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { startServer } from "./support/api-server.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { shows } from "./support/framebuffer.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const examples = resolve(import.meta.dir, "../../examples");

const commands: [string, string[]][] = [
  ["lock.sh", ["sh", join(examples, "lock.sh")]],
  ["lock.ts", [process.execPath, join(examples, "lock.ts")]],
  ["lock.py", ["python3", join(examples, "lock.py")]],
];

interface Run {
  readonly exitCode: number;
  readonly output: string;
  readonly picture: () => Uint8Array;
}

async function run(command: readonly string[], password: string): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-example-"));
  onceOver(() => rmSync(directory, { recursive: true }));
  const child = Bun.spawn([...command], {
    cwd: directory,
    env: { PATH: process.env.PATH, VEYON_PASSWORD: password },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return {
    exitCode: await child.exited,
    output: output.join(""),
    picture: () => readFileSync(join(directory, "screen.png")),
  };
}

describe.each([
  ["dashboard.ts", [process.execPath, join(examples, "dashboard.ts")]],
  ["dashboard.py", ["python3", "-B", join(examples, "dashboard.py")]],
])("%s", (_, command) => {
  test.skipIf(Bun.which(command[0]) === null)(
    "shows two computers, who is logged on and who is locked, as it changes",
    async () => {
      const credentials = { accounts: { teacher: "veyon" } };
      const hosts = [
        await start({ credentials, user: { login: "ada", fullName: "Ada <Lovelace>" } }),
        await start({ credentials, user: null }),
      ];
      const server = await startServer();
      const addresses = hosts.map(({ port }) => `127.0.0.1:${port}`);
      const child = Bun.spawn([...command, server.url, "teacher", ...addresses], {
        env: { PATH: process.env.PATH, VEYON_PASSWORD: "veyon" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      onceOver(() => child.kill());
      const [said] = await Array.fromAsync(firstOf(child.stdout));
      const url = new TextDecoder().decode(said).trim();
      const page = async () => (await fetch(url)).text();
      await until("the users", async () =>
        /Ada &\S+Lovelace.*nobody is logged on/s.test(await page()),
      );
      for (const { screen } of hosts) paintTestPicture(screen);
      for (const place of [0, 1]) {
        const picture = await fetch(`${url}${place}.jpg`);
        expect(picture.headers.get("Content-Type")).toBe("image/jpeg");
        expect((await picture.bytes()).subarray(0, 2)).toEqual(new Uint8Array([0xff, 0xd8]));
      }
      expect((await fetch(`${url}7.jpg`)).status).toBe(404);
      hosts[0].features.start(featureIds.screenLock);
      await until("the lock", async () => (await page()).includes("(locked)"));
    },
  );
});

async function* firstOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) return void (yield chunk);
}

describe.each(commands)("%s", (_, command) => {
  const isThere = Bun.which(command[0]) !== null;

  test.skipIf(!isThere)("logs in, saves the screen, locks, unlocks and logs off", async () => {
    const credentials = { accounts: { teacher: "veyon" } };
    const host = await start({ credentials });
    paintTestPicture(host.screen);
    const server = await startServer();
    const address = `127.0.0.1:${host.port}`;
    const { exitCode, output, picture } = await run(
      [...command, server.url, address, "teacher", "0.1"],
      "veyon",
    );
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toStartWith(`screen.png shows ${address}\n`);
    expect(output).toMatch(/["']?active["']?: ?true/i);
    expect(shows(picture(), host.screen)).toBeTrue();
    const locks = host.received.filter(({ feature }) => feature === featureIds.screenLock);
    expect(locks.map(({ command: number }) => number)).toEqual([0, 1]);
    await server.lineWith("host closed", "reason=DELETE");
  });

  test.skipIf(!isThere)("says what is wrong, and fails", async () => {
    const host = await start({ credentials: { accounts: { teacher: "other" } } });
    const server = await startServer();
    const { exitCode, output } = await run(
      [...command, server.url, `127.0.0.1:${host.port}`, "teacher"],
      "veyon",
    );
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/401|"code":6/);
    expect(output).not.toContain('"veyon"');
  });
});
