/** Hands on a real Veyon Server 4.7.5: what arrives there is what programs on its screen see. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient, ApiSession } from "../sim/support/api-client.ts";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import type { RealProcess } from "./support/real-process.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

afterAll(stopAll);

const programLimitMs = 15_000;

describe.skipIf(missing.length > 0)(title("hands on a real host"), () => {
  let host: VeyonHost;
  let api: ApiClient;
  let session: ApiSession;

  beforeAll(async () => {
    host = await startHost({ user: pupil, size: { width: 800, height: 600 } });
    ({ api } = await startServer());
    session = await api.logIn(host.port, await keyLogin());
  }, 60_000);

  async function sent(what: string, body: unknown, by = session): Promise<void> {
    const answer = await api.request("POST", `input/${what}`, { uid: by.uid, body });
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
  }

  async function windowOf(program: RealProcess, name: string): Promise<void> {
    await until(
      `${name} has a window`,
      async () => {
        if (!program.running) throw new Error(program.log());
        return (await host.screen.windows()).some((window) => window.name.includes(name));
      },
      programLimitMs,
    );
  }

  describe("xev", () => {
    let xev: RealProcess;

    beforeAll(async () => {
      xev = await host.run(["xev", "-geometry", "300x300+100+100", "-name", "seen"]);
      await windowOf(xev, "seen");
      await sent("pointer", { x: 250, y: 250, buttonMask: 0 });
    });

    afterAll(() => xev.stop());

    const seen = (what: string, pattern: RegExp) =>
      until(what, () => pattern.test(xev.log()), programLimitMs);

    test("sees a click where it was made", async () => {
      await sent("pointer", { x: 260, y: 270, buttonMask: 1 });
      await sent("pointer", { x: 260, y: 270, buttonMask: 0 });
      await seen("press", /ButtonPress event[^]*root:\(260,270\),\s+state 0x[01]*0, button 1,/);
      await seen("release", /ButtonRelease event[^]*root:\(260,270\)[^]*button 1,/);
      await sent("pointer", { x: 0.25, y: 0.5, buttons: 4 });
      await sent("pointer", { x: 0.25, y: 0.5, buttons: 0 });
      await seen("the right button", /ButtonPress event[^]*root:\(200,300\)[^]*button 3,/);
      await sent("pointer", { x: 200, y: 300, buttonMask: 8 });
      await sent("pointer", { x: 200, y: 300, buttonMask: 0 });
      await seen("the wheel", /ButtonPress event[^]*button 4,/);
    });

    test.each([
      ["a", /KeyPress event[^]*\(keysym 0x61, a\)/],
      ["A", /KeyPress event[^]*\(keysym 0x41, A\)/],
      ["ä", /KeyPress event[^]*\(keysym 0xe4, adiaeresis\)/],
      ["€", /KeyPress event[^]*\(keysym 0x20ac, EuroSign\)/],
      ["F1", /KeyPress event[^]*\(keysym 0xffbe, F1\)/],
      ["ArrowLeft", /KeyPress event[^]*\(keysym 0xff51, Left\)/],
    ])("sees the key %s", async (key, pattern) => {
      await sent("key", { key, down: true });
      await sent("key", { key, down: false });
      await seen(key, pattern);
      await until("it is up again", async () => (await host.screen.keysDown()) === 0);
    });

    test("sees modifiers that are held", async () => {
      await sent("key", { key: "Control", pressed: true });
      await sent("key", { keyCode: 0x63 });
      await sent("key", { key: "Control", pressed: false });
      await seen("control and c", /KeyPress event[^]*state 0x4,[^)]*\(keysym 0x63, c\)/);
      await until("it is up again", async () => (await host.screen.keysDown()) === 0);
    });
  });

  test("what is held is let go of when the connection is closed", async () => {
    const other = await api.logIn(host.port, await keyLogin());
    await sent("key", { key: "Shift", down: true }, other);
    await sent("key", { key: "x", down: true }, other);
    await until("two are down", async () => (await host.screen.keysDown()) === 2);
    await other.close();
    await until("none is", async () => (await host.screen.keysDown()) === 0);
  });

  test("xterm has the text that was typed", async () => {
    const file = join(host.home, "typed");
    const shell = ["sh", "-c", `stty -echo; cat > ${file}`];
    const size = ["-geometry", "80x20+0+0"];
    const xterm = ["xterm", "-u8", ...size, "-T", "typing", "-e", ...shell];
    const terminal = await host.run(["env", "LC_ALL=C.UTF-8", ...xterm]);
    await windowOf(terminal, "typing");
    await until("the shell has begun", () => existsSync(file), programLimitMs);
    await sent("pointer", { x: 100, y: 100, buttonMask: 0 });
    const texts = ["Grüße für 5 €!", "e\u0301 ñ ß Ö", "αβγ Жж ąęł", "x".repeat(800), "#{[]}@\\|~"];
    for (const text of texts) await sent("key", { text: `${text}\n` });
    const wanted = texts.map((text) => `${text.normalize("NFC")}\n`).join("");
    await until(
      "the text",
      () => readFileSync(file, "utf8").length >= wanted.length,
      programLimitMs,
    ).catch(() => {});
    expect(readFileSync(file, "utf8")).toBe(wanted);
    await terminal.stop();
  }, 60_000);
});
