/**
 * An RFB server (RFC 6143) for one viewer of a screen that is in memory. It reads bytes and writes
 * bytes; what carries them is not its business.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { Encoding } from "../rfb/encodings.ts";
import type { Size } from "../rfb/size.ts";
import { settlesWithin } from "../scheduling/deadline.ts";
import { Pace } from "../scheduling/pace.ts";
import { ViewerClipboard } from "./clipboard.ts";
import { encodeServerInit, greetViewer } from "./handshake.ts";
import { viewerLimits } from "./limits.ts";
import { NoScreenError } from "./viewed-screen.ts";
import { readViewerMessage, type ViewerMessage } from "./viewer-message.ts";
import { type UpdatesOptions, ViewerUpdates } from "./viewer-updates.ts";

/** What a viewer does to the host. */
export interface ViewerInput {
  /** `keysym`: of X11. */
  key(keysym: number, isDown: boolean): void;
  /** Pixels of the screen; a bit for each button, as in RFB. */
  pointer(x: number, y: number, buttonMask: number): void;
  clipboard(text: string): void;
}

export interface ViewerOptions extends UpdatesOptions {
  /** What the viewer sends. */
  readonly stream: ByteStream;
  /** Null for a viewer that may only look. */
  readonly input: ViewerInput | null;
}

/** Messages that take a while, of which thousands may come in one piece. */
const slowKinds: ReadonlySet<ViewerMessage["kind"]> = new Set([
  "cut-text",
  "encodings",
  "pixel-format",
]);

export class Viewer {
  readonly #options: ViewerOptions;
  readonly #clipboard: ViewerClipboard | null;
  #news = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #isOver = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    const { input } = options;
    this.#clipboard = input && new ViewerClipboard((text) => input.clipboard(text));
  }

  /** Ends `run` at once, whatever has come and is unread; it throws the reason, if there is one. */
  close(reason: Error | null): void {
    this.#isOver = true;
    if (reason === null) this.#closed.resolve();
    else this.#closed.reject(reason);
  }

  /**
   * Serves the viewer until it ends the stream. Throws ProtocolError for what it must not send,
   * NoScreenError, and what else ends the stream.
   */
  async run(): Promise<void> {
    const { screen } = this.#options;
    const unsubscribe = screen.subscribe({
      onChange: () => this.#wake(),
      onClipboard: (text) => {
        this.#clipboard?.hostHas(text);
        this.#wake();
      },
    });
    try {
      await Promise.race([this.#serve(), this.#closed.promise]);
    } finally {
      this.#isOver = true;
      this.#wake();
      unsubscribe();
    }
  }

  async #serve(): Promise<void> {
    const updates = new ViewerUpdates(await this.#greet(), this.#options);
    try {
      await Promise.race([this.#read(updates), this.#write(updates), this.#closed.promise]);
    } finally {
      updates.stopWaiting();
    }
  }

  /** Gives the size of the screen, as the viewer knows it then. */
  async #greet(): Promise<Size> {
    const { stream, sink, screen } = this.#options;
    const { handshakeTimeoutMs, firstPictureWaitMs } = viewerLimits;
    if (await isLate(greetViewer(stream, sink), handshakeTimeoutMs)) {
      throw new ProtocolError(`Cannot greet viewer: no answer within ${handshakeTimeoutMs} ms`);
    }
    const isFrameLate = await isLate(this.#firstFrame(), firstPictureWaitMs);
    if (isFrameLate || screen.frame === null) {
      throw new NoScreenError("the host has not sent every pixel of its screen yet");
    }
    const { width, height } = screen.frame;
    await sink.send(encodeServerInit({ width, height }, screen.name));
    return { width, height };
  }

  async #firstFrame(): Promise<void> {
    while (this.#options.screen.frame === null && !this.#isOver) await this.#nextNews();
  }

  async #read(updates: ViewerUpdates): Promise<void> {
    const { stream, line } = this.#options;
    const pace = new Pace(viewerLimits.messagesPerSecondMax);
    for (;;) {
      const message = await readViewerMessage(stream);
      if (message === null || this.#isOver) return;
      this.#take(message, updates);
      this.#wake();
      if (slowKinds.has(message.kind)) await line.pause();
      const pause = pace.count();
      if (pause !== null) await pause;
    }
  }

  #take(message: ViewerMessage, updates: ViewerUpdates): void {
    const { input } = this.#options;
    switch (message.kind) {
      case "pixel-format":
        updates.setPixelFormat(message.format);
        return;
      case "encodings":
        updates.setEncodings(message.encodings);
        this.#clipboard?.setExtended(message.encodings.includes(Encoding.ExtendedClipboard));
        return;
      case "update-request":
        updates.request(message.area, message.isIncremental);
        return;
      case "key":
        input?.key(message.keysym, message.isDown);
        return;
      case "pointer":
        input?.pointer(message.x, message.y, message.buttonMask);
        return;
      case "cut-text":
        this.#clipboard?.take(message.bytes, message.isExtended);
        return;
      case "desktop-size":
        updates.refuseSize();
    }
  }

  /** One message after the other: what has changed meanwhile waits in the screen itself. */
  async #write(updates: ViewerUpdates): Promise<void> {
    while (!this.#isOver) {
      if (this.#clipboard?.isDue === true) {
        await this.#options.sink.send(this.#clipboard.takeMessages());
      }
      await updates.send();
      await this.#nextNews();
    }
  }

  #wake(): void {
    this.#news.resolve();
  }

  async #nextNews(): Promise<void> {
    await this.#news.promise;
    this.#news = Promise.withResolvers();
  }
}

/** Whether the promise has not settled in time. Throws what it was rejected with. */
async function isLate(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  if (!(await settlesWithin(promise, timeoutMs))) return true;
  await promise;
  return false;
}
