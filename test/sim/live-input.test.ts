/** POST input/pointer, input/key, input/clipboard: hands on a host, by requests. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { ApiAnswer, ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { ticketOf } from "./support/tickets.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeEach(async () => {
  host = await start({ width: 640, height: 480 });
  server = await startServer();
  session = await server.api.logIn(host.port);
});

const send = (what: string, body: unknown, uid = session.uid): Promise<ApiAnswer> =>
  server.api.request("POST", `input/${what}`, { uid, body });

async function sent(what: string, body: unknown): Promise<void> {
  const answer = await send(what, body);
  expect([answer.status, answer.text]).toEqual([200, "{}"]);
}

/** What has come to the host, short: `+a` is a key that was pressed. */
async function came(count: number): Promise<string[]> {
  await until(`${count} events of input`, () => host.input.all.length >= count);
  return host.input.all.map((input) =>
    input.kind === "key"
      ? `${input.isDown ? "+" : "-"}${input.keysym.toString(16)}`
      : `${input.x},${input.y} ${input.buttonMask}`,
  );
}

describe("the pointer", () => {
  test("goes to pixels with buttonMask, and to parts of the screen with buttons", async () => {
    await sent("pointer", { x: 100, y: 80, buttonMask: 1 });
    await sent("pointer", { x: 639, y: 479, buttonMask: 0 });
    await sent("pointer", { x: 0.5, y: 1, buttons: 4 });
    await sent("pointer", { x: 0, y: 0, buttons: 0 });
    expect(await came(4)).toEqual(["100,80 1", "639,479 0", "320,479 4", "0,0 0"]);
  });

  test("moves with the buttons as they are where none are named", async () => {
    await sent("pointer", { x: 1, y: 1 });
    await sent("pointer", { x: 1, y: 1, buttonMask: 1 });
    await sent("pointer", { x: 9.4, y: 9.6 });
    await sent("pointer", { x: 9, y: 9, buttonMask: 0 });
    expect(await came(4)).toEqual(["1,1 0", "1,1 1", "9,10 1", "9,9 0"]);
  });

  test("may be on one of several screens", async () => {
    // A screen that stands still keeps back what the host would say of it.
    await untilPicture(session);
    host.features.screens = [
      { name: "a", x: 0, y: 0, width: 320, height: 480 },
      { name: "b", x: 320, y: 0, width: 320, height: 480 },
    ];
    // What the host has said 20 ms ago counts as said now.
    await Bun.sleep(25);
    await sent("pointer", { x: 10, y: 20, screen: 2, buttonMask: 0 });
    await sent("pointer", { x: 1, y: 1, screen: 1, buttons: 0 });
    expect(await came(2)).toEqual(["330,20 0", "319,479 0"]);
    const beside = await send("pointer", { x: 320, y: 0, screen: 2, buttonMask: 0 });
    expectError(beside, "InvalidData", "wanted 0 to 319, 0 to 479 (the screen has 320x480 pixels)");
    const unknown = await send("pointer", { x: 1, y: 1, screen: 3 });
    expectError(unknown, "InvalidData", "screen 3 is unknown: the host has screens 1 to 2");
  });

  test.each([
    [{ x: 640, y: 0, buttonMask: 0 }, "x, y are 640, 0, wanted 0 to 639, 0 to 479"],
    [{ x: -1, y: 0, buttonMask: 0 }, "x, y are -1, 0"],
    [{ x: 0, y: 480 }, "x, y are 0, 480"],
    [{ x: 1.01, y: 0, buttons: 0 }, "x, y are 1.01, 0, wanted 0 to 1, 0 to 1"],
    [
      { x: 1, y: 1, buttonMask: 256 },
      "buttonMask is a number, wanted a whole number from 0 to 255",
    ],
    [{ x: 1, y: 1, buttonMask: -1 }, "buttonMask"],
    [{ x: 1, y: 1, buttons: 0.5 }, "buttons"],
    [{ x: "1", y: 1 }, "x is a text, wanted a number"],
    [{ y: 1 }, "x is missing"],
    [{ x: 1, y: 1, screen: 0 }, "screen"],
    [{ x: 0, y: 0, buttons: 1, buttonMask: 1 }, "buttons stands beside buttonMask"],
    ["[]", "the body is JSON, but not an object"],
    ["", "the body is empty"],
  ])("is refused for %j", async (body, details) => {
    expectError(await send("pointer", body), "InvalidData", details);
    expect(host.input.all).toEqual([]);
  });
});

describe("a key", () => {
  test("is a keysym, or has the name that browsers give it", async () => {
    await sent("key", { keyCode: 0xff0d, pressed: true });
    await sent("key", { keyCode: 0xff0d, pressed: false });
    await sent("key", { key: "Shift", location: 2, down: true });
    await sent("key", { key: "ü", pressed: true, down: true });
    await sent("key", { key: "ü", down: false });
    await sent("key", { key: "Shift", location: 2, down: false });
    const keys = ["+ff0d", "-ff0d", "+ffe2", "+fc", "-fc", "-ffe2"];
    expect(await came(6)).toEqual(keys);
  });

  test("is pressed and let go of where nothing is said of it", async () => {
    await sent("key", { key: "F5" });
    await sent("key", { keyCode: 97 });
    expect(await came(4)).toEqual(["+ffc2", "-ffc2", "+61", "-61"]);
  });

  test("is one of those that type a text", async () => {
    await sent("key", { text: "Aü€\n" });
    const keys = ["+41", "-41", "+fc", "-fc", "+20ac", "-20ac", "+ff0d", "-ff0d"];
    expect(await came(8)).toEqual(keys);
  });

  test.each([
    [{}, "wanted one of keyCode, key and text, found none"],
    [{ key: "a", text: "a" }, "wanted one of keyCode, key and text, found key and text"],
    [{ keyCode: 13, pressed: true }, "keyCode is a number, wanted the keysym of X11"],
    [{ keyCode: 0x20000000 }, "keyCode"],
    [{ keyCode: "97" }, "keyCode is a text"],
    [{ key: "Dead", down: true }, "key is Dead: wanted the character that it makes"],
    [{ key: "Secret" }, "key is unknown"],
    [{ key: "" }, "key is empty"],
    [{ key: 7 }, "key is a number"],
    [{ key: "a", location: 4 }, "location"],
    [{ key: "a", down: 1 }, "down is a number, wanted true or false"],
    [{ key: "a", down: true, pressed: false }, "down contradicts pressed"],
    [{ text: "a", down: true }, "text is typed whole"],
    [{ text: "a\0" }, "text holds a control character that no key makes"],
    [{ text: 7 }, "text is a number"],
    [{ text: "x".repeat(1001) }, "text has over 1000 characters: wanted input/clipboard for it"],
  ])("is refused for %j", async (body, details) => {
    const answer = await send("key", body);
    expectError(answer, "InvalidData", details);
    // Whatever was typed stays with who has typed it.
    expect(answer.text).not.toContain("Secret");
    expect(host.input.all).toEqual([]);
  });
});

describe("the clipboard", () => {
  test("is set by ClipboardExchange", async () => {
    await sent("clipboard", { text: "ü€" });
    const {
      feature,
      command,
      arguments: args,
    } = await host.nextMessage((message) => message.feature === featureIds.clipboardExchange);
    expect({ feature, command, text: args.get("1") }).toEqual({
      feature: featureIds.clipboardExchange,
      command: 0,
      text: { type: "QString", value: "ü€" },
    });
    // No message has come that ends the connection of a real host.
    await sent("key", { key: "a" });
    expect(await came(2)).toEqual(["+61", "-61"]);
  });

  test("takes no more than a host reads, and no body above 256 KiB", async () => {
    const long = await send("clipboard", { text: "x".repeat(32_769) });
    expectError(long, "InvalidData", "text has over 32768 UTF-16 code units");
    expect((await send("clipboard", { text: "x".repeat(300_000) })).status).toBe(413);
    expect((await send("key", { text: "x".repeat(20_000) })).status).toBe(413);
    expectError(await send("clipboard", {}), "InvalidData", "text is missing");
  });
});

describe("what is held", () => {
  test.each(["4.11.1", "5.0"])("is let go of by Veyon %s when it is closed", async (version) => {
    host = await start({ version });
    session = await server.api.logIn(host.port);
    await sent("key", { key: "Control", down: true });
    await sent("key", { key: "a", down: true });
    await sent("pointer", { x: 5, y: 6, buttonMask: 1 });
    await session.close();
    expect((await came(6)).slice(3)).toEqual(["-61", "-ffe3", "5,6 0"]);
  });

  test("is let go of when the server stops", async () => {
    await sent("key", { key: "Control", down: true });
    await server.stop();
    expect(await came(2)).toEqual(["+ffe3", "-ffe3"]);
  });

  test("is let go of when the host is back that it was lost with", async () => {
    await sent("key", { key: "Control", down: true });
    await came(1);
    await host.vanish();
    await server.lineWith("host lost");
    expectError(await send("key", { key: "Control", down: false }), "ConnectionTimedOut");
    await host.appear();
    expect(await came(2)).toEqual(["+ffe3", "-ffe3"]);
  });
});

describe("a host that is gone", () => {
  test.each([
    ["pointer", { x: 1, y: 1 }],
    ["key", { key: "a" }],
    ["clipboard", { text: "a" }],
  ])("takes no %s", async (what, body) => {
    await host.vanish();
    await server.lineWith("host lost");
    expectError(await send(what, body), "ConnectionTimedOut", "the host closed the connection");
  });
});

describe("who may", () => {
  const post = (query: string) =>
    server.api.request("POST", `input/key?ticket=${query}`, { body: { key: "a" } });

  test("have a ticket with scope control, once", async () => {
    const ticket = await ticketOf(session, "control");
    expect((await post(ticket)).status).toBe(200);
    expectError(await post(ticket), "InvalidConnection", "the ticket has been used");
    expect(await came(2)).toEqual(["+61", "-61"]);
  });

  test("not one for viewing, nor one for several computers", async () => {
    const view = await post(await ticketOf(session, "view"));
    expect([view.status, view.json]).toEqual([
      403,
      {
        error: {
          code: 6,
          details: "the ticket is for viewing: wanted one with scope control",
          message: "Authentication failed",
        },
      },
    ]);
    const other = await server.api.logIn(host.port);
    const both = await post(await ticketOf(session, "control", [session.uid, other.uid]));
    expectError(both, "InvalidData", "the ticket is for 2 connections");
    expect(host.input.all).toEqual([]);
  });

  test("not without either; other methods and paths are unknown", async () => {
    const answer = await server.api.request("POST", "input/key", { body: { key: "a" } });
    expectError(answer, "InvalidConnection", "and so is a ticket");
    expect((await session.get("input/key")).status).toBe(404);
    expect((await send("mouse", {})).status).toBe(404);
  });
});

describe("a limit", () => {
  test("is 2000 events at once; letting go is always allowed", async () => {
    await sent("key", { key: "Shift", down: true });
    await sent("key", { text: "x".repeat(1000) });
    // The bucket is filled meanwhile, so one more of these is not always too much.
    let answer = await send("key", { text: "y".repeat(1000) });
    while (answer.status === 200) answer = await send("key", { text: "y".repeat(1000) });
    expectError(
      answer,
      "ConnectionLimitReached",
      "over 2000 keys and pointer events at once, or 500 a second, the limit of this server",
    );
    await sent("key", { key: "Shift", down: false });
  });
});

describe("the log", () => {
  test("has who it was and when, once, and never what", async () => {
    await sent("key", { text: "topsecret" });
    await sent("pointer", { x: 77, y: 88, buttonMask: 0 });
    await sent("clipboard", { text: "topsecret" });
    await session.close();
    const ended = await server.lineWith("control ended");
    const fields = `host=127.0.0.1:${host.port} by=requests key=fixture client=127.0.0.1 connection=1`;
    expect(ended).toContain(`level=audit event="control ended" ${fields} request=`);
    const began = server.lines.filter((line) => line.includes('event="control began"'));
    expect(began).toHaveLength(1);
    expect(began[0]).toContain(`level=audit event="control began" ${fields} request=`);
    const all = server.lines.join("\n");
    expect(all).not.toMatch(/topsecret|keysym|77,|"x"|buttonMask/);
  });

  test("has no request at its usual level that has gone well", async () => {
    await sent("key", { key: "a" });
    const line = await server.lineWith("request", "path=/api/v1/input/key");
    expect(line).toContain("level=debug");
    await send("key", {});
    expect(await server.lineWith("request", "path=/api/v1/input/key", "status=400")).toContain(
      "level=info",
    );
  });
});
