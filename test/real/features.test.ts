/** What features do on a real Veyon Server 4.7.5: the effects are seen, not assumed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiSession } from "../sim/support/api-client.ts";
import { startServer } from "../sim/support/api-server.ts";
import { onceOver, stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { closeTextMessage, waitForTextMessage } from "./support/dialogs.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./support/own-directory.ts";
import { decodePicture, differentPixels, type Picture } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

const feature = {
  screenLock: "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79",
  inputDevicesLock: "e4a77879-e544-4fec-bc18-e534f33b934c",
  textMessage: "e75ae9c8-ac17-4d00-8f0d-019348346208",
  startApp: "da9ca56a-b2ad-4fff-8f8a-929b2927b442",
  openWebsite: "8a11a75d-b3db-48b6-b9cb-f8422ddd5b0c",
  demoServer: "e4b6e743-1f5b-491d-9364-e091086200f4",
  windowDemo: "ae45c3db-dc2e-4204-ae8b-374cdab8c62c",
};

/** A worker process on the host has to start first. */
const workerLimitMs = 15_000;

afterAll(stopAll);

describe.skipIf(missing.length > 0)(title("features on real hosts"), () => {
  let pupilHost: VeyonHost;
  let teacherHost: VeyonHost;
  let session: ApiSession;
  let teacher: ApiSession;
  let openedFile: string;

  beforeAll(async () => {
    const stubs = makeOwnDirectory("browser-stub");
    onceOver(() => removeOwnDirectory(stubs));
    openedFile = join(stubs, "opened");
    writeFileSync(join(stubs, "xdg-open"), `#!/bin/sh\necho "$@" >> "${openedFile}"\n`);
    writeFileSync(openedFile, "");
    for (const path of [stubs, join(stubs, "xdg-open"), openedFile]) chmodSync(path, 0o777);
    pupilHost = await startHost({ user: pupil, pathPrefix: stubs });
    teacherHost = await startHost({ user: pupil });
    const { width, height } = pupilHost.screen;
    await pupilHost.screen.drawRows(0, new Uint32Array(width * height).fill(0xe8d9a0));
    const { api } = await startServer();
    session = await api.logIn(pupilHost.port, await keyLogin());
    teacher = await api.logIn(teacherHost.port, await keyLogin());
  });

  test("the user is known 200 ms after the login", async () => {
    const { api } = await startServer();
    const fresh = await api.logIn(pupilHost.port, await keyLogin());
    await Bun.sleep(200);
    expect((await fresh.get("user")).json).toEqual({
      fullName: pupil.fullName,
      login: pupil.login,
      session: 0,
    });
    expect((await fresh.get("session")).json).toMatchObject({ sessionId: 0, sessionUptime: -1 });
    await fresh.close();
  });

  // Debian's 4.7.5 takes its lock window away again at once, so what a lock does is seen at the
  // keyboard.
  test.each(["screenLock", "inputDevicesLock"] as const)(
    "%s is on and off as the host says, on a still screen",
    async (name) => {
      const { screen } = pupilHost;
      expect(await screen.keyboardWorks()).toBe(true);
      for (const locked of [true, false]) {
        await session.put(feature[name], { active: locked });
        await until(
          `${name} is ${locked}`,
          async () => (await session.isActive(feature[name])) === locked,
          workerLimitMs,
        );
        await until(
          "the keyboard obeys",
          async () => (await screen.keyboardWorks()) === !locked,
          workerLimitMs,
        );
      }
    },
    60_000,
  );

  test("a text message is in the next picture, and active until it is closed", async () => {
    const before = await pupilHost.screen.screenshot();
    await session.start(feature.textMessage, { text: "Look at the blackboard", icon: 1 });
    const box = await waitForTextMessage(pupilHost.screen);
    await until("TextMessage is active", () => session.isActive(feature.textMessage));
    await until("the box is in the picture", async () => {
      return differentPixels(await picture(session), before) > (box.width * box.height) / 2;
    });
    await closeTextMessage(pupilHost.screen);
    await until(
      "TextMessage is over",
      async () => !(await session.isActive(feature.textMessage)),
      workerLimitMs,
    );
  });

  test("an application leaves its file", async () => {
    const file = join(pupilHost.home, "started");
    await session.start(feature.startApp, { applications: [`touch ${file}`] });
    await until("the file is there", () => existsSync(file), workerLimitMs);
  });

  test("each website of a list is opened", async () => {
    const urls = ["https://a.example/1", "https://b.example/2"];
    await session.start(feature.openWebsite, { websiteUrls: urls });
    await until(
      "both were opened",
      () => urls.every((url) => readFileSync(openedFile, "utf8").includes(url)),
      workerLimitMs,
    );
  });

  test("a demo client shows the demo server's screen", async () => {
    const colour = 0x2a7f3f;
    const { width, height } = teacherHost.screen;
    await teacherHost.screen.drawRows(0, new Uint32Array(width * height).fill(colour));
    const demo = {
      demoAccessToken: "0123456789abcdef",
      demoServerPort: teacherHost.demoServerPort,
    };
    await teacher.start(feature.demoServer, demo);
    await until("the demo runs", () => teacher.isActive(feature.demoServer), workerLimitMs);
    // FullScreenDemo shows no window on Debian's 4.7.5.
    await session.start(feature.windowDemo, { ...demo, demoServerHost: "127.0.0.1" });
    await until("the client runs", () => session.isActive(feature.windowDemo), workerLimitMs);
    await until(
      "the teacher's screen is on the pupil's",
      async () => {
        const { pixels } = await picture(session);
        return pixels.filter((pixel) => isNear(pixel, colour)).length > pixels.length / 10;
      },
      workerLimitMs,
    );
    await session.stop(feature.windowDemo);
    await teacher.stop(feature.demoServer);
    for (const [each, uid] of [
      [session, feature.windowDemo],
      [teacher, feature.demoServer],
    ] as const) {
      await until("the demo is over", async () => !(await each.isActive(uid)), workerLimitMs);
    }
  }, 90_000);

  test("a broadcast puts one screen on another, and takes it away again", async () => {
    const colour = 0x7f2a3f;
    const { width, height } = teacherHost.screen;
    await teacherHost.screen.drawRows(0, new Uint32Array(width * height).fill(colour));
    const isShown = async () => {
      const { pixels } = await picture(session);
      return pixels.filter((pixel) => isNear(pixel, colour)).length > pixels.length / 10;
    };
    const post = (what: string, body: object) =>
      teacher.api.request("POST", `broadcast/${what}`, { uid: teacher.uid, body });
    // The second one takes the place of the first.
    for (let round = 0; round < 2; round++) {
      const started = await post("start", {
        targetConnectionUids: [session.uid],
        mode: "window",
        port: teacherHost.demoServerPort,
      });
      expect(started.json).toMatchObject({ active: true, targets: [{ state: "started" }] });
      await until("the teacher's screen is on the pupil's", isShown, workerLimitMs);
    }
    const stopped = await post("stop", {});
    expect(stopped.json).toMatchObject({ active: false, targets: [{ state: "stopped" }] });
    await until("it is gone", async () => !(await isShown()), workerLimitMs);
    await until(
      "the demo is over",
      async () => !(await teacher.isActive(feature.demoServer)),
      workerLimitMs,
    );
  }, 90_000);

  test("SystemTrayIcon is in the list as active", async () => {
    const list = (await session.get("feature")).json as { name: string; active: boolean }[];
    expect(list.find(({ name }) => name === "SystemTrayIcon")).toMatchObject({ active: true });
  });
});

/** Demo pictures may come as JPEG. */
function isNear(a: number, b: number): boolean {
  return [16, 8, 0].every((bit) => Math.abs(((a >> bit) & 255) - ((b >> bit) & 255)) <= 8);
}

async function picture(session: ApiSession): Promise<Picture> {
  const answer = await session.get("framebuffer");
  expect(answer.status).toBe(200);
  return decodePicture(answer.bytes);
}
