/** The page /view: what a person sees and does there, in Debian's Chromium. */
import { afterEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { chromium } from "../support/browser.ts";
import { ViewPage } from "../support/view-page.ts";
import { TokenFile } from "./support/access-tokens.ts";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

/** Starting Chromium takes seconds on a busy machine. */
const limitMs = 60_000;

const account = { username: "teacher", password: "veyon" };
const colours = [0xc03020, 0x20a040];

async function startRoom(): Promise<SimHost[]> {
  const users = [
    { login: "ada", fullName: "Ada Lovelace" },
    { login: "alan", fullName: "Alan Turing" },
  ];
  return Promise.all(
    users.map(async (user, place) => {
      const accounts = { [account.username]: account.password };
      const host = await start({ width: 640, height: 360, user, credentials: { accounts } });
      host.screen.fill(host.screen.bounds, colours[place]);
      return host;
    }),
  );
}

const addressOf = ({ port }: SimHost) => `127.0.0.1:${port}`;

/** With all pictures on it. */
async function openRoom(hosts: readonly SimHost[], url: string): Promise<ViewPage> {
  const page = await ViewPage.open(url);
  await page.logIn(hosts.map(addressOf), account.username, account.password);
  await Promise.all(hosts.map((_, place) => untilColour(page, place, colours[place])));
  return page;
}

async function untilColour(page: ViewPage, place: number, colour: number): Promise<void> {
  await until(`the colour ${colour.toString(16)}`, async () => {
    const found = await page.colour(place);
    return found !== null && isAbout(found, colour);
  });
}

function isAbout(a: number, b: number): boolean {
  return [16, 8, 0].every((bit) => Math.abs(((a >> bit) & 255) - ((b >> bit) & 255)) < 16);
}

describe("GET /view", () => {
  test("loads what is here and nothing else, by its policy", async () => {
    const { url } = await startServer();
    const response = await fetch(`${url}/view`);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toStartWith("default-src 'none'; script-src 'self';");
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)/);
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
    const own = links.filter((link) => link !== "data:,");
    expect(own.map((link) => link.replace(/-\w+\./, "-HASH.")).sort()).toEqual([
      "view/chunk-HASH.css",
      "view/chunk-HASH.js",
    ]);
    for (const link of own) {
      const file = await fetch(new URL(link, `${url}/view`));
      expect(file.status).toBe(200);
      const type = link.endsWith(".js") ? "text/javascript" : "text/css";
      expect(file.headers.get("Content-Type")).toBe(`${type}; charset=utf-8`);
    }
    expect((await fetch(`${url}/view/other.js`)).status).toBe(404);
  });

  test("is not there when WebAPI/ViewPage is false", async () => {
    const { url } = await startServer({ hasViewPage: false });
    expect((await fetch(`${url}/view`)).status).toBe(404);
  });
});

describe.skipIf(chromium === null)(
  `in Chromium${chromium === null ? " (not installed)" : ""}`,
  () => {
    test(
      "a login shows names, users and screens, and what changes on them",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        await page.untilSays("Ada Lovelace", ".tile");
        await page.untilSays(addressOf(hosts[1]), ".tile:nth-child(2)");
        await page.untilSays("2 computers");
        hosts[1].screen.fill(hosts[1].screen.bounds, 0x3040c0);
        await untilColour(page, 1, 0x3040c0);
        const asked = (await page.browser.evaluate(
          `performance.getEntriesByType("resource").map(({ name }) => name)`,
        )) as string[];
        expect(asked.filter((each) => !each.startsWith(`${url}/`))).toEqual([]);
        expect(await page.faults()).toEqual([]);
      },
      limitMs,
    );

    test(
      "locks, messages and websites go to those that are chosen, and locks are seen",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        await page.browser.evaluate(`document.querySelectorAll(".tile input")[1].click()`);
        await page.press("Lock");
        await page.untilSays("Locked", ".tile:nth-child(2)");
        await page.untilSays("1 locked");
        expect(hosts.map(({ features }) => features.isActive(featureIds.screenLock))).toEqual([
          false,
          true,
        ]);
        await page.press("Unlock");
        await page.until("no lock", `document.querySelector(".lock") === null`);
        await page.press("Message …");
        await page.type("answer", "Please look <b>here</b>");
        await page.press("Send");
        await page.press("Website …");
        await page.type("answer", "example.org/a?b=c");
        await page.press("Open");
        const [message, website] = await Promise.all(
          [featureIds.textMessage, featureIds.openWebsite].map((feature) =>
            hosts[1].features.received.next((each) => each.feature === feature),
          ),
        );
        expect(JSON.stringify([...message.arguments])).toContain("Please look <b>here</b>");
        expect(JSON.stringify([...website.arguments])).toContain("https://example.org/a?b=c");
        expect(hosts[0].features.received.all.map(({ feature }) => feature)).not.toContain(
          featureIds.textMessage,
        );
        expect(await page.faults()).toEqual([]);
      },
      limitMs,
    );

    test(
      "a computer that is lost keeps its last picture, dimmed, and comes back",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        await hosts[0].vanish();
        await page.untilSays("Not reachable, last seen", ".tile");
        await page.untilSays("1 not reachable");
        expect(isAbout((await page.colour(0))!, colours[0])).toBeTrue();
        const filter = `getComputedStyle(document.querySelector(".tile canvas")).filter`;
        expect(await page.browser.evaluate(filter)).toContain("grayscale");
        await hosts[0].appear();
        hosts[0].screen.fill(hosts[0].screen.bounds, 0x3040c0);
        await untilColour(page, 0, 0x3040c0);
        await page.until("no note", `document.querySelector(".note") === null`);
      },
      limitMs,
    );

    test(
      "a browser that is too slow leaves pictures out, and shows the last one",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        await page.browser.evaluate(`
          window.received = window.decoded = 0;
          window.Blob = class extends Blob {
            constructor(...parts) { super(...parts); received++; }
          };
          const decode = createImageBitmap;
          const gate = new Promise((resolve) => (window.open = resolve));
          window.createImageBitmap = (...source) => {
            decoded++;
            return gate.then(() => decode(...source));
          };
          0`);
        for (let count = 1; count <= 12; count++) {
          hosts[0].screen.fill(hosts[0].screen.bounds, count * 0x100f10);
          await page.until(`picture ${count}`, `received >= ${count}`);
        }
        expect(await page.browser.evaluate("decoded")).toBe(8);
        await page.browser.evaluate("open(); 0");
        await untilColour(page, 0, 12 * 0x100f10);
        hosts[0].screen.fill(hosts[0].screen.bounds, 0x3040c0);
        await untilColour(page, 0, 0x3040c0);
        expect(await page.faults()).toEqual([]);
      },
      limitMs,
    );

    test(
      "keys alone lead from screen to screen, into one and back",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        const focused = () => page.browser.evaluate(`document.activeElement.ariaLabel`);
        await page.browser.evaluate(`document.querySelector(".screen").focus()`);
        await page.key("ArrowRight");
        expect(await focused()).toContain(addressOf(hosts[1]));
        await page.key("Enter");
        await page.untilSays("Alan Turing", "dialog");
        await page.until(
          "the large picture",
          `document.querySelector("dialog canvas[data-painted=true]")?.width === 640`,
        );
        await page.key("ArrowRight");
        await page.untilSays("Ada Lovelace", "dialog");
        await page.key("Escape");
        await page.until("the grid", `document.querySelector("dialog") === null`);
        expect(await focused()).toContain(addressOf(hosts[0]));
        await untilColour(page, 0, colours[0]);
      },
      limitMs,
    );

    test(
      "nothing is cut off at a width of 320 pixels",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer();
        const page = await openRoom(hosts, url);
        await page.resize({ width: 320, height: 640 });
        const cutOff = () =>
          page.browser.evaluate(`[...document.querySelectorAll("button, label, canvas, p")]
            .filter((each) => each.getBoundingClientRect().width > 0)
            .filter((each) => {
              const { left, right } = each.getBoundingClientRect();
              return left < 0 || right > document.documentElement.clientWidth;
            })
            .map((each) => each.innerText || each.tagName)`);
        expect(await cutOff()).toEqual([]);
        await page.browser.evaluate(`document.querySelector(".screen").click()`);
        await page.untilSays("Take control", "dialog");
        expect(await cutOff()).toEqual([]);
      },
      limitMs,
    );

    test(
      "a password that the first computer refuses is tried on no other, and said",
      async () => {
        const hosts = await startRoom();
        const { url, lines } = await startServer();
        const page = await ViewPage.open(url);
        await page.logIn(hosts.map(addressOf), account.username, "wrong");
        await page.until("the problem", `document.querySelector("[role=alert]").innerText !== ""`);
        const logins = lines.filter((line) => line.includes("method=POST"));
        expect(logins).toHaveLength(1);
        await page.type("password", account.password);
        await page.press("Log in");
        await untilColour(page, 1, colours[1]);
      },
      limitMs,
    );

    test(
      "a server with access tokens is given one",
      async () => {
        const hosts = await startRoom();
        const tokens = new TokenFile();
        const secret = await tokens.create("teacher", { scopes: ["view", "control", "features"] });
        const { url } = await startServer({ accessTokensFile: tokens.path });
        const page = await ViewPage.open(url);
        await page.logIn(hosts.map(addressOf), account.username, account.password);
        await page.untilSays("This server wants one");
        await page.type("token", secret);
        await page.press("Log in");
        await untilColour(page, 1, colours[1]);
        await page.press("Lock");
        await page.untilSays("2 locked");
        expect(await page.faults()).toEqual([]);
      },
      limitMs,
    );

    test(
      "who logs off, or leaves the page, frees the places of all connections",
      async () => {
        const hosts = await startRoom();
        const { url } = await startServer({ connectionLimit: 2 });
        const page = await openRoom(hosts, url);
        const untilFree = () =>
          until("no connection", () => hosts.every(({ clients }) => clients.length === 0));
        await page.press("Log off");
        await page.untilSays("See the computers of a room");
        await untilFree();
        await page.logIn(hosts.map(addressOf), account.username, account.password);
        await untilColour(page, 1, colours[1]);
        await page.browser.open("about:blank");
        await untilFree();
      },
      limitMs,
    );
  },
);
