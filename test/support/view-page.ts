/** The page /view in Debian's Chromium, used as a person does. */
import { onceOver } from "../sim/support/fixture-host.ts";
import { until } from "../sim/support/until.ts";
import { Browser } from "./browser.ts";

/** Looked at from inside of the page. */
const watchFaults = `
  window.faults = [];
  addEventListener("error", ({ message }) => faults.push(message));
  addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    faults.push(violatedDirective + " " + blockedURI));
`;

/** What DevTools want to know of a key. */
const keys = {
  Enter: { code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Escape: { code: "Escape", windowsVirtualKeyCode: 27 },
  ArrowRight: { code: "ArrowRight", windowsVirtualKeyCode: 39 },
  F12: { code: "F12", windowsVirtualKeyCode: 123 },
  a: { code: "KeyA", windowsVirtualKeyCode: 65, text: "a" },
} as const;

/** Modifiers of keys, to be added up. */
export const ctrl = 2;
export const shift = 8;

export class ViewPage {
  private constructor(readonly browser: Browser) {}

  /** Ended by `stopAll`. */
  static async open(serverUrl: string, size = { width: 1280, height: 800 }): Promise<ViewPage> {
    const browser = await Browser.start();
    onceOver(() => browser.close());
    const page = new ViewPage(browser);
    await page.resize(size);
    await browser.command("Page.enable", {});
    await browser.command("Page.addScriptToEvaluateOnNewDocument", { source: watchFaults });
    await browser.open(`${serverUrl}/view`);
    await page.until("the page", `document.querySelector("h1") !== null`);
    return page;
  }

  async resize(size: { width: number; height: number }): Promise<void> {
    const metrics = { ...size, deviceScaleFactor: 1, mobile: false };
    await this.browser.command("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** Until an expression is true on the page. */
  async until(what: string, expression: string): Promise<void> {
    await until(what, () => this.browser.evaluate(`Boolean(${expression})`));
  }

  /** Until these words can be read on it. */
  async untilSays(text: string, selector = "body"): Promise<void> {
    const shown = `document.querySelector(${JSON.stringify(selector)})?.innerText`;
    await this.until(`"${text}" in ${selector}`, `${shown}?.includes(${JSON.stringify(text)})`);
  }

  /** Clicks the button that says this, in the topmost dialog if there is one. */
  async press(label: string): Promise<void> {
    await this.until(
      `a button "${label}"`,
      `(() => {
        const ground = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
        const found = [...ground.querySelectorAll("button")].find(
          (each) => each.innerText === ${JSON.stringify(label)} && each.ariaDisabled !== "true",
        );
        found?.click();
        return found !== undefined;
      })()`,
    );
  }

  /** Types into the field with this id, in the place of what is there. */
  async type(id: string, text: string): Promise<void> {
    await this.until(
      `a field ${id}`,
      `(() => {
        const field = document.getElementById("${id}");
        field?.focus();
        field?.select();
        return field !== null && document.activeElement === field;
      })()`,
    );
    await this.browser.command("Input.insertText", { text });
  }

  async choose(id: string, label: string): Promise<void> {
    await this.browser.evaluate(`(() => {
      const select = document.getElementById("${id}");
      select.value = [...select.options].find(({ text }) => text === "${label}").value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
  }

  async key(key: keyof typeof keys, modifiers = 0): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) {
      const event = { type, key, modifiers, ...keys[key] };
      await this.browser.command("Input.dispatchKeyEvent", event);
    }
  }

  /** With the left button, at a part of the width and of the height of what is there. */
  async click(selector: string, right: number, down: number): Promise<void> {
    const { x, y } = (await this.browser.evaluate(`(() => {
      const { left, top, width, height } =
        document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: left + width * ${right}, y: top + height * ${down} };
    })()`)) as { x: number; y: number };
    for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
      const button = type === "mouseMoved" ? "none" : "left";
      const event = { type, x, y, button, clickCount: 1 };
      await this.browser.command("Input.dispatchMouseEvent", event);
    }
  }

  /** Logs in by account. */
  async logIn(hosts: readonly string[], username: string, password: string): Promise<void> {
    await this.type("computers", hosts.join("\n"));
    await this.choose("method", "User name and password");
    await this.type("username", username);
    await this.type("password", password);
    await this.press("Log in");
  }

  /** The colour in the middle of the picture of a tile, or null as long as there is none. */
  async colour(place: number): Promise<number | null> {
    return (await this.browser.evaluate(`(() => {
      const canvas = document.querySelectorAll(".tile canvas")[${place}];
      if (canvas?.dataset.painted !== "true") return null;
      const { width, height } = canvas;
      const [r, g, b] = canvas.getContext("2d").getImageData(width / 2, height / 2, 1, 1).data;
      return (r << 16) | (g << 8) | b;
    })()`)) as number | null;
  }

  /** Errors, and what its policy has forbidden. */
  async faults(): Promise<unknown> {
    return this.browser.evaluate("faults");
  }
}
