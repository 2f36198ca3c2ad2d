/** The clients in client/, as programs use them, in front of a simulated host. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  ApiError,
  type Computer,
  featureUids,
  VeyonWebApi,
} from "../../client/src/veyon-webapi.ts";
import { features } from "../../src/hosts/features/table.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { shows } from "./support/framebuffer.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const account = { username: "teacher", password: "veyon" };

let host: SimHost;
let server: ApiServer;
let address: string;

beforeEach(async () => {
  host = await start({ credentials: { accounts: { teacher: "veyon" } } });
  host.screen.fill(host.screen.bounds, 0x112233);
  server = await startServer();
  address = `127.0.0.1:${host.port}`;
});

function show(colour: number): void {
  host.screen.fill(host.screen.bounds, colour);
}

const colourOf = (png: Uint8Array) => decodePng(png).pixels[0];
const logins = () => server.lines.filter((line) => line.includes("event=login ")).length;

/** Ends its connection behind its back, as time does. */
async function end(computer: Computer): Promise<void> {
  await server.api.request("DELETE", "authentication/any", { uid: await computer.uid() });
}

describe("the TypeScript client", () => {
  let school: VeyonWebApi;
  let computer: Computer;

  beforeEach(async () => {
    school = new VeyonWebApi(`${server.url}/`);
    computer = await school.logIn(address, account);
  });

  test("says what the server and the computer are", async () => {
    expect(await school.about()).toMatchObject({ name: "veyon-webapi" });
    expect(await school.methods(address)).toEqual(["63611f7c-b457-42c7-832e-67d0f9281085"]);
    expect(await school.hostState(address)).toBe("online");
    expect(await computer.user()).toMatchObject({ login: "vyfixture" });
    expect(await computer.session()).toMatchObject({ sessionHostName: "vm" });
    expect(await computer.features()).toHaveLength(features.length);
  });

  test("starts and stops features", async () => {
    await computer.start("ScreenLock");
    await until("the lock", () => computer.isActive("ScreenLock"));
    await computer.stop("ScreenLock");
    await until("no lock", async () => !(await computer.isActive("ScreenLock")));
    await computer.start("TextMessage", { text: "Hello" });
    await until("the message", () => computer.isActive("TextMessage"));
  });

  test("has hands on the computer, and shows its screen on another", async () => {
    const other = await start({ credentials: host.options.credentials! });
    const pupil = await school.logIn(`127.0.0.1:${other.port}`, account);
    await computer.picture();
    await computer.pointer({ x: 3, y: 4, buttonMask: 0 });
    await computer.pointer({ x: 0.5, y: 0.5, buttons: 0 });
    await computer.key({ text: "Grüße" });
    await computer.clipboard("to be pasted");
    expect(await computer.connection()).toMatchObject({ online: true, host: address });
    const { targets } = await computer.startBroadcast([pupil], { mode: "window" });
    expect(targets).toMatchObject([{ state: "started" }]);
    expect(await computer.stopBroadcast()).toMatchObject([{ state: "stopped" }]);
  });

  test("knows the UUID of every feature that can be started", () => {
    const startable = features.filter(({ start }) => start !== null);
    expect(featureUids).toEqual(
      Object.fromEntries(startable.map(({ name, uid }) => [name, uid])) as typeof featureUids,
    );
  });

  test("waits for the first picture, and gets no second time what it has", async () => {
    const picture = await computer.picture();
    expect(picture.contentType).toBe("image/png");
    expect(shows(picture.bytes, host.screen)).toBeTrue();
    expect(await computer.pictureUnless(picture.etag)).toBeNull();
  });

  test("gives up waiting when no picture comes", async () => {
    const black = await start({
      screenSent: "never whole",
      credentials: host.options.credentials!,
    });
    const other = await school.logIn(`127.0.0.1:${black.port}`, account);
    const error = await other.picture({ waitMs: 0 }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 503, code: 10, retryAfterSeconds: 1 });
  });

  test("follows pictures as they change", async () => {
    await computer.picture();
    const pictures = computer.pictures({ format: "png" });
    for (const colour of [0x112233, 0x445566, 0x778899]) {
      show(colour);
      const { value } = await pictures.next();
      expect(colourOf(value)).toBe(colour);
    }
    await pictures.return(undefined);
    await server.lineWith("stream ended");
  });

  test("a stream ends quietly by its signal", async () => {
    await computer.picture();
    const ended = new AbortController();
    const pictures = computer.pictures({ signal: ended.signal });
    await pictures.next();
    const next = pictures.next();
    ended.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("hears of events of several computers on one stream", async () => {
    const other = await start({ credentials: host.options.credentials!, name: "other" });
    const computers = [computer, await school.logIn(`127.0.0.1:${other.port}`, account)];
    const told = new Set<string>();
    for await (const event of school.events(computers)) {
      if (event.event === "user") told.add(`${event.connection} ${event.login}`);
      if (event.event === "session") told.add(`${event.connection} ${event.sessionHostName}`);
      if (told.size === 4) break;
    }
    expect([...told].sort()).toEqual(["0 vm", "0 vyfixture", "1 other", "1 vyfixture"]);
    await computers[1].start("ScreenLock");
    for await (const event of computers[1].events()) {
      if (event.event === "features" && event.active.some(({ name }) => name === "ScreenLock"))
        break;
    }
    await server.lineWith("stream ended");
  });

  test("hears of events of a room in which one computer is lost", async () => {
    const other = await start({ credentials: host.options.credentials! });
    const computers = [computer, await school.logIn(`127.0.0.1:${other.port}`, account)];
    await other.stop();
    await server.lineWith("host lost", `host=127.0.0.1:${other.port} `);
    const told = new Set<string>();
    for await (const event of school.events(computers)) {
      if (event.event === "connection") told.add(`${event.connection} ${event.state}`);
      if (event.event === "user") told.add(`${event.connection} ${event.login}`);
      if (told.size === 3) break;
    }
    expect([...told].sort()).toEqual(["0 online", "0 vyfixture", "1 lost"]);
  });

  test("logs in again when the connection has ended, once for all calls", async () => {
    expect(logins()).toBe(1);
    await end(computer);
    const users = await Promise.all([computer.user(), computer.user(), computer.user()]);
    expect(users.map(({ login }) => login)).toEqual(["vyfixture", "vyfixture", "vyfixture"]);
    expect(logins()).toBe(2);
    await end(computer);
    await computer.pictures().next();
    await end(computer);
    await computer.events().next();
    expect(logins()).toBe(4);
  });

  test("says what is wrong", async () => {
    const wrong = { username: "teacher", password: "wrong" };
    const error = await school.logIn(address, wrong).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 401, code: 6, isClosed: false });
    expect((error as ApiError).message).toStartWith("Authentication failed: 127.0.0.1:");
    expect((error as ApiError).message).not.toContain("wrong");
    const nowhere = new VeyonWebApi("http://127.0.0.1:1").hostState("a");
    await expect(nowhere).rejects.toThrow(/connect/i);
  });

  test("logs off, also what has ended by itself", async () => {
    await computer.close();
    await server.lineWith("host closed", "reason=DELETE");
    await computer.close();
    await computer.user();
    await end(computer);
    await computer.close();
  });

  test("shows an access token to servers that want one", async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"state":"up"}');
    });
    onceOver(() => void proxy.close());
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await new VeyonWebApi(url, { accessToken: "secret" }).hostState("a");
    await new VeyonWebApi(url).hostState("a");
    expect(seen).toEqual(["Bearer secret", undefined]);
  });
});

describe.skipIf(Bun.which("python3") === null)("the Python client", () => {
  /** Runs lines of Python that have `school`, `computer` and `end`. Gives the lines it prints. */
  function python(script: string) {
    const head = `
import json, sys, urllib.request
sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dir, "../../client/python"))})
from veyon_webapi import *
url, host = ${JSON.stringify(server.url)}, ${JSON.stringify(address)}
school = VeyonWebApi(url)
computer = school.log_in(host, username="teacher", password="veyon")
def end():
    headers = {"Connection-Uid": computer.uid()}
    request = urllib.request.Request(url + "/api/v1/authentication/x", headers=headers, method="DELETE")
    urllib.request.urlopen(request).read()
def say(value):
    print(json.dumps(value), flush=True)
`;
    const child = Bun.spawn(["python3", "-B", "-W", "error", "-c", head + script], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    onceOver(() => child.kill());
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    return {
      child,
      async said(): Promise<unknown> {
        while (!text.includes("\n")) {
          const { done, value } = await lines.read();
          if (done) throw new Error(`Python has ended: ${await child.stderr.text()}`);
          text += value;
        }
        const [line] = text.split("\n", 1);
        text = text.slice(line.length + 1);
        return JSON.parse(line);
      },
    };
  }

  test("says what the server and the computer are", async () => {
    const { said } = python(`
say(school.about()["name"])
say(school.methods(host))
say(school.host_state(host))
say(computer.user()["login"])
say(computer.session()["sessionHostName"])
say(len(computer.features()))
say(FEATURES)
`);
    expect(await said()).toBe("veyon-webapi");
    expect(await said()).toEqual(["63611f7c-b457-42c7-832e-67d0f9281085"]);
    expect(await said()).toBe("online");
    expect(await said()).toBe("vyfixture");
    expect(await said()).toBe("vm");
    expect(await said()).toBe(features.length);
    expect(await said()).toEqual(featureUids);
  });

  test("starts and stops features", async () => {
    const { said } = python(`
def until(feature, active):
    while computer.is_active(feature) != active:
        pass
    say(feature)
computer.start("ScreenLock")
until("ScreenLock", True)
computer.stop("ScreenLock")
until("ScreenLock", False)
computer.start("TextMessage", text="Hello", icon=1)
until("TextMessage", True)
`);
    for (const name of ["ScreenLock", "ScreenLock", "TextMessage"]) expect(await said()).toBe(name);
  });

  test("has hands on the computer, and shows its screen on another", async () => {
    const other = await start({ credentials: host.options.credentials! });
    const { said } = python(`
pupil = school.log_in("127.0.0.1:${other.port}", username="teacher", password="veyon")
computer.picture()
computer.pointer(x=3, y=4, button_mask=0)
computer.pointer(x=0.5, y=0.5, buttons=0)
computer.key("Enter", down=True)
computer.key("Enter", down=False)
computer.key(text="Grüße")
computer.clipboard("to be pasted")
say(computer.connection()["host"])
say(computer.start_broadcast([pupil], mode="window")["targets"][0]["state"])
say(computer.stop_broadcast()[0]["state"])
`);
    expect([await said(), await said(), await said()]).toEqual([address, "started", "stopped"]);
  });

  test("waits for the first picture, and gets no second time what it has", async () => {
    const { said } = python(`
picture = computer.picture(format="png")
say([picture.content_type, picture.data.hex()])
say(computer.picture_unless(picture.etag, format="png"))
`);
    const [contentType, hex] = (await said()) as [string, string];
    expect(contentType).toBe("image/png");
    expect(shows(Uint8Array.fromHex(hex), host.screen)).toBeTrue();
    expect(await said()).toBeNull();
  });

  test("follows pictures as they change", async () => {
    const { said, child } = python(`
computer.picture()
for picture in computer.pictures(format="png"):
    say(picture.hex())
`);
    for (const colour of [0x112233, 0x445566, 0x778899]) {
      show(colour);
      let hex = (await said()) as string;
      // It may have begun before or after the change.
      if (colourOf(Uint8Array.fromHex(hex)) !== colour) hex = (await said()) as string;
      expect(colourOf(Uint8Array.fromHex(hex))).toBe(colour);
    }
    child.kill();
    await server.lineWith("stream ended");
  });

  test("hears of events", async () => {
    const { said } = python(`
computer.start("ScreenLock")
names = set()
for event in computer.events():
    names.add(event["event"])
    if event["event"] == "features" and any(each["name"] == "ScreenLock" for each in event["active"]):
        names.add("locked")
    if len(names) == 6:
        break
say(sorted(names))
`);
    expect(await said()).toEqual([
      "connection",
      "features",
      "locked",
      "screens",
      "session",
      "user",
    ]);
  });

  test("hears of events of a room in which one computer is lost", async () => {
    const other = await start({ credentials: host.options.credentials! });
    const { said } = python(`
pupil = school.log_in("127.0.0.1:${other.port}", username="teacher", password="veyon")
say("in")
while pupil.connection()["online"]:
    pass
for event in school.events([computer, pupil]):
    if event["event"] == "connection" and event["connection"] == 1:
        say(event["state"])
        break
`);
    expect(await said()).toBe("in");
    await other.stop();
    expect(await said()).toBe("lost");
  });

  test("logs in again when the connection has ended, and says what is wrong", async () => {
    const { said } = python(`
end()
say(computer.user()["login"])
end()
next(computer.pictures())
end()
next(computer.events())
end()
computer.close()
computer.close()
try:
    school.log_in(host, username="teacher", password="wrong")
except ApiError as error:
    say([error.status, error.code, str(error)])
`);
    expect(await said()).toBe("vyfixture");
    const [status, code, text] = (await said()) as [number, number, string];
    expect([status, code]).toEqual([401, 6]);
    expect(text).toStartWith("Authentication failed: 127.0.0.1:");
    expect(server.lines.filter((line) => / event=login .*outcome=ok/.test(line))).toHaveLength(4);
  });
});
