/** The page /view in a real browser, with a real computer on it. */
import { afterEach, expect, test } from "bun:test";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { chromium } from "../support/browser.ts";
import { ctrl, shift, ViewPage } from "../support/view-page.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import { startXev } from "./support/x-events.ts";

afterEach(stopAll);

const lacking = [
  ...missing,
  ...(chromium === null ? ["chromium"] : []),
  ...["xev"].filter((program) => Bun.which(program) === null),
];

test.skipIf(lacking.length > 0)(
  title("a click and a key in /view arrive on a real host, until control is ended there"),
  async () => {
    const host = await startHost({ size: { width: 640, height: 480 } });
    const { url, lineWith } = await startServer();
    const { credentials } = await keyLogin();
    const xev = await startXev(host);
    const page = await ViewPage.open(url);
    await page.type("computers", `127.0.0.1:${host.port}`);
    await page.choose("method", "Key file");
    await page.type("keyname", credentials.keyname);
    await page.type("keydata", credentials.keydata);
    await page.press("Log in");
    await until("a picture", async () => (await page.colour(0)) !== null);
    await page.browser.evaluate(`document.querySelector(".screen").click()`);
    await page.press("Take control");
    await page.until("noVNC", `document.querySelector(".control canvas")?.width === 640`);
    await page.untilSays("Keys go to", "dialog");
    await page.click(".control canvas", 200 / 640, 200 / 480);
    await page.key("a");
    const wanted = ["ButtonPress 1", "ButtonRelease 1", "KeyPress a", "KeyRelease a"];
    await until("click and key", () => xev.events().length >= wanted.length);
    expect(xev.events()).toEqual(wanted);
    await page.key("Escape");
    await until("Escape", () => xev.events().includes("KeyRelease Escape"));
    expect(await page.browser.evaluate(`document.querySelector("dialog").open`)).toBeTrue();
    await page.key("F12", ctrl | shift);
    await page.untilSays("Take control", "dialog");
    expect(await page.browser.evaluate("document.activeElement.innerText")).toBe("Take control");
    await lineWith("control ended", "by=rfb");
    expect(xev.events().filter((event) => event.includes("F12"))).toEqual([]);
    expect(await page.faults()).toEqual([]);
  },
  60_000,
);
