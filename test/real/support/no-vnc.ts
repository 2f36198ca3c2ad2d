/** noVNC in Debian's Chromium, on a page of a server of its own. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Browser } from "../../support/browser.ts";
import { onceOver } from "../../sim/support/fixture-host.ts";
import { decodePng } from "../../unit/image/decoders.ts";
import type { Picture } from "./picture.ts";

const page = `<!doctype html>
<style>
  body { margin: 0; }
</style>
<div id="screen"></div>
<script type="module">
  import RFB from "/no-vnc.js";
  window.heard = [];
  // Chromium keeps the page and its socket for the way back (BFCache).
  window.addEventListener("pagehide", () => window.rfb.disconnect());
  window.connect = (url, options) => {
    window.rfb = new RFB(document.getElementById("screen"), url, options);
    for (const name of ["connect", "disconnect", "clipboard", "desktopname"]) {
      window.rfb.addEventListener(name, ({ detail }) =>
        window.heard.push(name + " " + (detail.text ?? detail.name ?? detail.clean ?? "")),
      );
    }
  };
</script>`;

/** The module as its package has it, in one file. */
async function bundle(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [Bun.resolveSync("@novnc/novnc", import.meta.dir)],
    target: "browser",
    format: "esm",
  });
  return outputs[0].text();
}

export class NoVnc {
  private constructor(readonly browser: Browser) {}

  /** Ended by `stopAll`. `url`: of the WebSocket. */
  static async open(url: string): Promise<NoVnc> {
    const module = await bundle();
    const server = createServer(({ url: path }, answer) => {
      const isPage = path === "/";
      answer.setHeader("Content-Type", isPage ? "text/html" : "text/javascript");
      answer.end(isPage ? page : module);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    onceOver(() => void server.close());
    const browser = await Browser.start();
    onceOver(() => browser.close());
    await browser.open(`http://127.0.0.1:${port}/`);
    const viewer = new NoVnc(browser);
    await viewer.#until("window.connect !== undefined");
    await browser.evaluate(`connect(${JSON.stringify(url)})`);
    await viewer.#until('heard.some((each) => each.startsWith("connect"))');
    return viewer;
  }

  /** What noVNC has told, as `event detail`. */
  async heard(): Promise<string[]> {
    return (await this.browser.evaluate("heard")) as string[];
  }

  /** The screen as noVNC shows it, without the pointer. */
  async picture(): Promise<Picture> {
    const base64 = await this.browser.evaluate(
      'document.querySelector("canvas").toDataURL("image/png").split(",")[1]',
    );
    return decodePng(Uint8Array.fromBase64(base64 as string));
  }

  /** Which picture the pointer has over the screen, as CSS names it. */
  async pointer(): Promise<string> {
    return (await this.browser.evaluate(
      'getComputedStyle(document.querySelector("canvas")).cursor',
    )) as string;
  }

  /** `type`: mouseMoved, mousePressed or mouseReleased. Pixels of the page. */
  async mouse(type: string, x: number, y: number): Promise<void> {
    const button = type === "mouseMoved" ? "none" : "left";
    const clickCount = type === "mouseMoved" ? 0 : 1;
    await this.browser.command("Input.dispatchMouseEvent", { type, x, y, button, clickCount });
  }

  /** A key of one character, such as `a` with the code `KeyA`. */
  async key(type: "keyDown" | "keyUp", key: string, code: string): Promise<void> {
    const text = type === "keyDown" ? { text: key } : {};
    await this.browser.command("Input.dispatchKeyEvent", { type, key, code, ...text });
  }

  async #until(condition: string): Promise<void> {
    for (let tries = 0; !(await this.browser.evaluate(condition)); tries++) {
      if (tries === 1000) throw new Error(`noVNC: waited in vain for ${condition}`);
      await Bun.sleep(10);
    }
  }
}
