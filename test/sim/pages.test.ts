/** The pages of the server: what a browser makes of them, and what it asks of whom. */
import { afterEach, describe, expect, test } from "bun:test";
import { version } from "../../src/version.ts";
import { Browser, chromium } from "../support/browser.ts";
import { startServer } from "./support/api-server.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

describe("GET /", () => {
  test("is a page with the version and links that lead somewhere", async () => {
    const { url } = await startServer();
    const response = await fetch(url);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    const text = await response.text();
    expect(text).toContain(`Version ${version}.`);
    const links = [...text.matchAll(/href="(\.[^"]*)"/g)].map(([, link]) => link);
    expect(links).toEqual(["./docs", "./api/v1/openapi.json", "./view"]);
    for (const link of links) expect((await fetch(new URL(link, url))).status).toBe(200);
  });

  test.each([
    ["application/json", true],
    ["application/json, text/html;q=0.5", true],
    ["text/html,application/xhtml+xml,*/*;q=0.8", false],
    ["*/*", false],
  ])("for Accept: %s is JSON: %p", async (accept, isJson) => {
    const { url } = await startServer();
    const response = await fetch(url, { headers: { Accept: accept } });
    expect(response.headers.get("Vary")).toBe("Accept");
    const type = response.headers.get("Content-Type");
    expect(type).toBe(isJson ? "application/json" : "text/html; charset=utf-8");
    if (!isJson) return;
    expect(await response.json()).toEqual({
      name: "veyon-webapi",
      version,
      docs: "/docs",
      openapi: "/api/v1/openapi.json",
      view: "/view",
    });
  });
});

test("a file of a page comes compressed to those who can read that, and the same", async () => {
  const { url } = await startServer();
  const get = (encoding: string) =>
    fetch(`${url}/docs/swagger-ui-bundle.js`, {
      headers: { "Accept-Encoding": encoding },
      decompress: false,
    });
  const plain = await get("identity");
  expect(plain.headers.get("Content-Encoding")).toBeNull();
  const text = await plain.text();
  for (const encoding of ["gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.5"]) {
    const response = await get(encoding);
    expect(response.headers.get("Content-Encoding")).toBe("gzip");
    const compressed = await response.arrayBuffer();
    expect(compressed.byteLength).toBeLessThan(600_000);
    expect(new TextDecoder().decode(Bun.gunzipSync(compressed)) === text).toBeTrue();
  }
  expect((await get("gzip;q=0")).headers.get("Content-Encoding")).toBeNull();
});

describe.skipIf(chromium === null)(`Chromium${chromium === null ? " (not installed)" : ""}`, () => {
  test("shows /docs, logs in and fetches a picture there, and asks nobody else", async () => {
    const host = await start({ credentials: { accounts: { teacher: "veyon" } } });
    paintTestPicture(host.screen);
    const { url } = await startServer();
    const browser = await Browser.start(
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    );
    onceOver(() => browser.close());
    await browser.watchRequests();
    await browser.open(`${url}/docs`);
    const onPage = (what: string, expression: string) =>
      until(what, () => browser.evaluate(expression));

    const logIn = "operations-Connections-logIn";
    await onPage("the operations", `document.querySelectorAll(".opblock").length > 15`);
    await onPage("the login", click(`#${logIn} .opblock-control-arrow`));
    await onPage("its host", type(`#${logIn} input[placeholder=host]`, `127.0.0.1:${host.port}`));
    await onPage("its button", click(`#${logIn} .execute`));
    await onPage(
      "the answer",
      `document.querySelector("#${logIn} .live-responses-table")?.innerText.includes("connection-uid")`,
    );

    const picture = "operations-Pictures-getFramebuffer";
    await onPage("the picture", click(`#${picture} .opblock-control-arrow`));
    // Before its fields are filled in, the button does nothing, now and later.
    const compression = `#${picture} [data-param-name=compression] input`;
    await onPage("its fields", `document.querySelector("${compression}")?.value === "5"`);
    await onPage("its button", click(`#${picture} .execute`));
    const answer = `#${picture} .live-responses-table`;
    await onPage(
      "the image",
      `(() => {
        const image = document.querySelector("${answer} img");
        if (image?.naturalWidth === ${host.screen.width}) return true;
        // On a busy machine there may be no picture at first.
        const status = document.querySelector("${answer} .response-col_status")?.innerText;
        if (status?.startsWith("503")) document.querySelector("#${picture} .execute").click();
        return false;
      })()`,
    );

    const foreign = browser.requests.filter((request) => !/^(data|blob):/.test(request));
    expect(foreign.filter((request) => !request.startsWith(`${url}/`))).toEqual([]);
    expect(browser.requests).toContain(
      `${url}/api/v1/framebuffer?format=png&compression=5&quality=75`,
    );
  });
});

/** As a person does; false until it is there. */
function click(selector: string): string {
  const found = `document.querySelector(${JSON.stringify(selector)})`;
  return `(() => { const found = ${found}; found?.click(); return found !== null; })()`;
}

/** React hears of a text when it is told so, and this page when the field is left. */
function type(selector: string, text: string): string {
  return `(() => {
    const input = document.querySelector(${JSON.stringify(selector)});
    if (input === null) return false;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    set.call(input, ${JSON.stringify(text)});
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    return true;
  })()`;
}
