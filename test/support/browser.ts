/** Debian's Chromium, told what to do by its DevTools protocol. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const chromium = Bun.which("chromium");

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly request?: { readonly url: string } };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export class Browser {
  readonly #process: Bun.Subprocess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #sent = 0;
  /** The URLs of all requests, from when `watchRequests` was called. */
  readonly requests: string[] = [];

  private constructor(process: Bun.Subprocess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, method, params, result, error } = JSON.parse(String(data)) as Reply;
      if (method === "Network.requestWillBeSent") this.requests.push(params!.request!.url);
      const waiting = this.#waiting.get(id ?? 0);
      if (error !== undefined) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result ?? {});
    };
  }

  /** With one page, on which nothing is. */
  static async start(...ownFlags: string[]): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "chromium-"));
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio"];
    const child = Bun.spawn(
      [
        chromium!,
        ...flags,
        ...ownFlags,
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      { stdout: "ignore", stderr: "pipe" },
    );
    const port = await debuggingPort(child.stderr);
    const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = pages.find(({ type }) => type === "page")!;
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await new Promise((resolve) => (socket.onopen = resolve));
    return new Browser(child, profile, socket);
  }

  async watchRequests(): Promise<void> {
    await this.command("Network.enable", {});
  }

  async open(url: string): Promise<void> {
    await this.command("Page.navigate", { url });
  }

  /** What a JavaScript expression gives on the page; a promise is waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.command("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: unknown }; exceptionDetails?: { text: string } };
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** What is on the page, as PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.command("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(data as string);
  }

  async command(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.#sent;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return waiting.promise;
  }

  async close(): Promise<void> {
    this.#socket.close();
    this.#process.kill();
    await this.#process.exited;
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** It says so, sooner or later. */
async function debuggingPort(output: ReadableStream<Uint8Array>): Promise<number> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`Chromium has not started: ${text}`);
}
