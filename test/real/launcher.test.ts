/** The launcher of real hosts itself: what the other tests here rely on. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pupil } from "./support/account.ts";
import { drawChangedRows, drawDesktop } from "./support/desktop.ts";
import { desktopPicture } from "./support/desktop-pictures.ts";
import { answerAccessQuestion, closeTextMessage, waitForTextMessage } from "./support/dialogs.ts";
import { testKey } from "./support/keys.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./support/own-directory.ts";
import { decodePicture, differentPixels, type Picture } from "./support/picture.ts";
import { startProcess } from "./support/real-process.ts";
import { type ReferenceWebApi, startReferenceWebApi } from "./support/reference-webapi.ts";
import { missing, title } from "./support/requirements.ts";
import { readGreeting } from "./support/rfb-greeting.ts";
import { until } from "./support/until.ts";
import { startVeyonHost, type VeyonHost } from "./support/veyon-host.ts";

const testLimitMs = 60_000;
/** The reference takes up to 5 s on an idle machine. */
const pictureLimitMs = 25_000;
const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const textMessage = "e75ae9c8-ac17-4d00-8f0d-019348346208";
const greeting = "RFB 003.008\n";

describe.skipIf(missing.length > 0)(title("the launcher of real hosts"), () => {
  let large: VeyonHost;
  let small: VeyonHost;
  let headless: VeyonHost;
  let logon: VeyonHost;
  let reference: ReferenceWebApi;
  const started: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    [large, small, headless, logon, reference] = await Promise.all([
      startVeyonHost({ size: { width: 1920, height: 1080 }, pointer: false, user: pupil }),
      startVeyonHost({ size: { width: 640, height: 400 }, pointer: false }),
      startVeyonHost({ screen: "headless" }),
      startVeyonHost({ authentication: "logon", screen: "headless" }),
      startReferenceWebApi(),
    ]);
    started.push(large, small, headless, logon, reference);
  }, testLimitMs);

  afterAll(() => Promise.all(started.map((each) => each.stop())), testLimitMs);

  test("several hosts run at once and greet", async () => {
    const hosts = [large, small, headless, logon];
    expect(new Set(hosts.flatMap((host) => [host.port, host.vncServerPort])).size).toBe(8);
    for (const host of hosts) expect(await readGreeting(host.port)).toBe(greeting);
    expect(headless.display).toBeUndefined();
  });

  test(
    "the reference delivers each host's own picture, equal to the screen in every pixel",
    async () => {
      for (const host of [large, small]) {
        const desktop = await desktopPicture("text", host.screen.width, host.screen.height);
        await drawDesktop(host.screen, desktop);
        expect(differentPixels(await host.screen.screenshot(), desktop)).toBe(0);
        const uid = await logInByKey(reference, host);
        await until("the desktop", () => shows(reference, uid, desktop), pictureLimitMs);

        await drawChangedRows(host.screen, desktop, { y: 40, height: 30 }, 1);
        const changed = await host.screen.screenshot();
        expect(differentPixels(changed, desktop)).toBeGreaterThan(host.screen.width * 29);
        await until("the changed rows", () => shows(reference, uid, changed), pictureLimitMs);
      }
    },
    testLimitMs,
  );

  test(
    "a headless host shows 640x480 pixels",
    async () => {
      const uid = await logInByKey(reference, headless);
      // Their colour is not asked for: the reference now and then shows a still screen black for
      // ever.
      const picture = await until("the picture", () => readPicture(reference, uid));
      expect([picture.width, picture.height]).toEqual([640, 480]);
    },
    testLimitMs,
  );

  test(
    "the logged-in user is the host's account",
    async () => {
      const uid = await logInByKey(reference, large);
      const user = { fullName: pupil.fullName, login: pupil.login, session: 0 };
      await until("the user", async () => {
        const answer = await get(reference, uid, "user");
        return Bun.deepEquals(await answer.json(), user);
      });
    },
    testLimitMs,
  );

  test(
    "an account's password with characters beyond ASCII logs in, another one does not",
    async () => {
      const method = "63611f7c-b457-42c7-832e-67d0f9281085";
      const credentials = { username: pupil.login, password: pupil.password };
      expect((await post(reference, logon, { method, credentials })).status).toBe(200);
      const wrong = { ...credentials, password: "Schuler-Passwort 1" };
      expect((await post(reference, logon, { method, credentials: wrong })).status).toBe(401);
      expect(readFileSync("/etc/passwd", "utf8")).not.toContain(pupil.login);
    },
    testLimitMs,
  );

  test(
    "access rules deny, and ask the user",
    async () => {
      const [denying, asking] = await Promise.all([
        startVeyonHost({ screen: "headless", access: "deny" }),
        startVeyonHost({ user: pupil, access: "ask" }),
      ]);
      started.push(denying, asking);
      expect((await post(reference, denying, await keyLogin())).status).toBe(401);
      const answer = post(reference, asking, await keyLogin());
      await answerAccessQuestion(asking.screen, "yes");
      expect((await answer).status).toBe(200);
    },
    testLimitMs,
  );

  test(
    "what features do is seen on the screen",
    async () => {
      const uid = await logInByKey(reference, large);
      const { screen } = large;
      await put(reference, uid, screenLock, { active: true });
      await until("the keyboard is locked", async () => !(await screen.keyboardWorks()));
      await put(reference, uid, screenLock, { active: false });
      await until("the keyboard works", () => screen.keyboardWorks());

      await put(reference, uid, textMessage, { active: true, arguments: { text: "Hello" } });
      const { id } = await waitForTextMessage(screen);
      await closeTextMessage(screen);
      await until("the message is closed", async () =>
        (await screen.windows()).every((window) => window.id !== id),
      );
    },
    testLimitMs,
  );

  test(
    "a killed server is gone with all its children, its screen stays; restarted it greets again",
    async () => {
      const before = await small.screen.screenshot();
      await small.kill();
      expect(small.running).toBe(false);
      expect(await readGreeting(small.port)).toBeNull();
      expect(await readGreeting(small.vncServerPort)).toBeNull();
      expect(differentPixels(await small.screen.screenshot(), before)).toBe(0);
      await small.restart();
      expect(await readGreeting(small.port)).toBe(greeting);
      await logInByKey(reference, small);
    },
    testLimitMs,
  );

  test(
    "a paused server says nothing until it is resumed",
    async () => {
      small.pause();
      let greeted = false;
      const late = readGreeting(small.port).then((bytes) => {
        greeted = true;
        return bytes;
      });
      // Others still answer, so this machine had the time to.
      expect(await readGreeting(headless.port)).toBe(greeting);
      expect(greeted).toBe(false);
      small.resume();
      expect(await late).toBe(greeting);
    },
    testLimitMs,
  );

  test(
    "a stopped host leaves no process, mount, socket or file",
    async () => {
      const host = await startVeyonHost({ user: pupil });
      const xterm = await host.run(["sleep", "1000"]);
      const directory = dirname(dirname(host.home));
      const socket = `/tmp/.X11-unix/X${host.display}`;
      expect(processesOf(directory).length).toBeGreaterThan(3);
      expect(existsSync(socket)).toBe(true);
      await host.stop();
      expect(xterm.running).toBe(false);
      expect(processesOf(directory)).toEqual([]);
      expect(existsSync(directory)).toBe(false);
      expect(existsSync(socket)).toBe(false);
      expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain("Veyon");
    },
    testLimitMs,
  );

  test(
    "a killed test process leaves no process, and its files are removed by the next one",
    async () => {
      const script = `
        import { startVeyonHost } from "${join(import.meta.dir, "support/veyon-host.ts")}";
        console.log((await startVeyonHost()).home);
        await new Promise(() => {});`;
      const child = Bun.spawn([process.execPath, "-e", script]);
      const { value } = await child.stdout.getReader().read();
      const directory = dirname(dirname(new TextDecoder().decode(value).trim()));
      expect(processesOf(directory).length).toBeGreaterThan(3);
      child.kill("SIGKILL");
      await child.exited;
      await until("its processes end", () => processesOf(directory).length === 0);
      expect(existsSync(directory)).toBe(true);
      removeOwnDirectory(makeOwnDirectory("sweep"));
      expect(existsSync(directory)).toBe(false);
    },
    testLimitMs,
  );

  test("a program that ends before it is ready is an error with its log", async () => {
    const directory = makeOwnDirectory("early");
    const broken = startProcess({
      name: "printer",
      command: ["sh", "-c", "echo out of paper; exit 3"],
      env: { PATH: "/usr/bin:/bin" },
      directory,
      ready: () => new Promise(() => {}),
    });
    await expect(broken).rejects.toThrow("printer ended with 3 before it was ready: out of paper");
    removeOwnDirectory(directory);
  });
});

async function keyLogin() {
  const { name, privateKey } = await testKey();
  return {
    method: "0c69b301-81b4-42d6-8fae-128cdd113314",
    credentials: { keyname: name, keydata: privateKey },
  };
}

function post(reference: ReferenceWebApi, host: VeyonHost, login: object): Promise<Response> {
  const url = `${reference.url}/api/v1/authentication/${host.address}`;
  return fetch(url, { method: "POST", body: JSON.stringify(login) });
}

async function logInByKey(reference: ReferenceWebApi, host: VeyonHost): Promise<string> {
  const answer = await post(reference, host, await keyLogin());
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { "connection-uid": string })["connection-uid"];
}

function put(reference: ReferenceWebApi, uid: string, feature: string, body: object) {
  const headers = { "Connection-Uid": uid };
  const url = `${reference.url}/api/v1/feature/${feature}`;
  return fetch(url, { method: "PUT", headers, body: JSON.stringify(body) });
}

function get(reference: ReferenceWebApi, uid: string, path: string): Promise<Response> {
  return fetch(`${reference.url}/api/v1/${path}`, { headers: { "Connection-Uid": uid } });
}

async function readPicture(reference: ReferenceWebApi, uid: string): Promise<Picture | null> {
  const answer = await get(reference, uid, "framebuffer");
  const png = new Uint8Array(await answer.arrayBuffer());
  return answer.status === 200 ? decodePicture(png) : null;
}

async function shows(reference: ReferenceWebApi, uid: string, picture: Picture): Promise<boolean> {
  const shown = await readPicture(reference, uid);
  return shown !== null && differentPixels(shown, picture) === 0;
}

/** Processes that have this directory in their environment or command line. */
function processesOf(directory: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return ["environ", "cmdline"].some((file) =>
        readFileSync(`/proc/${pid}/${file}`, "latin1").includes(directory),
      );
    } catch {
      return false;
    }
  });
}
