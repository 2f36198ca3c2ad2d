import type { BufferPool } from "../bytes/buffer-pool.ts";
import { HostError } from "../connect/host-error.ts";
import type { LoggedIn } from "../connect/host-connector.ts";
import { RfbClient } from "../rfb/client.ts";
import { createDecoders } from "../rfb/decoders/table.ts";
import type { CursorShape } from "../rfb/cursor-shape.ts";
import { Encoding } from "../rfb/encodings.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Size } from "../rfb/size.ts";
import type { MemoryBudget } from "../scheduling/memory-budget.ts";
import type { TimeSlicer } from "../scheduling/time-slicer.ts";
import type { Generation } from "../veyon/authentication.ts";
import { decodeClipboardText } from "../veyon/clipboard-message.ts";
import {
  decodeFeatureMessage,
  encodeFeatureMessage,
  type FeatureMessage,
  featureMessageType,
} from "../veyon/feature-message.ts";
import { readWantedMessage } from "../veyon/message.ts";
import { featureIds } from "../veyon/feature-ids.ts";
import { decodeAccessDenial, type SessionInfo } from "../veyon/state-messages.ts";
import { FreshState } from "./fresh-state.ts";
import type { StatePart } from "./host-state.ts";
import type { HostTraffic } from "./host-traffic.ts";
import { pixelEncodings } from "./pixel-encodings.ts";
import { type UpdateDemand, UpdatePacer } from "./update-pacer.ts";
import { Watchdog, type WatchdogTimes } from "./watchdog.ts";

/** With the cursor as a picture of its own the host does not paint it into the screen. */
const pseudoEncodings = [Encoding.RichCursor, Encoding.DesktopSize];

/** How long the picture of an earlier size may stand in for one that the host does not complete. */
const earlierSizeMaxMs = 3000;

/**
 * From the last input to the end: a Veyon Server passes it on to the VNC server by a connection of
 * its own, and drops what waits there when ours ends.
 */
const relayMs = 200;

/** What all sessions of the process share. */
export interface SessionResources {
  /** Where reading and painting get their turns. */
  readonly slicer: TimeSlicer;
  /** Of all hosts together, for screens and updates. */
  readonly memory: MemoryBudget;
  /** Lends memory for updates that wait to be painted. */
  readonly pool: BufferPool;
  readonly traffic: HostTraffic;
  /** The longest pause between updates of a watched host, in ms. */
  readonly updateIntervalMs: number;
  readonly watchdog?: WatchdogTimes;
  /** How pixels are wanted, best first, in place of what is best for the host. */
  readonly encodings?: readonly number[];
}

export interface SessionOptions {
  readonly resources: SessionResources;
  /** Who looks, and how often. */
  readonly demand: UpdateDemand;
  /** Sessions with this host in a row, before this one, that have ended without a picture. */
  readonly failures?: number;
  readonly listener?: SessionListener;
}

export interface SessionListener {
  /** Hears of each update that has been painted, as long as the picture is whole. */
  onPicture(picture: Framebuffer): void;
  /** Hears of each part of the state that has changed. */
  onChange(part: StatePart): void;
  /** Hears when the pointer looks otherwise. */
  onCursor(): void;
  /** Hears of each text that somebody copies there. */
  onClipboard(text: string): void;
}

/** One logged-in connection to a host, from ServerInit until it ends. */
export class HostSession {
  readonly state: FreshState;
  /** Settles with the reason when the session is over, also by `close`. */
  readonly ended: Promise<HostError>;
  /** The host's own name for its desktop, such as `computer:0`. */
  readonly desktopName: string;
  readonly #loggedIn: LoggedIn;
  readonly #options: SessionOptions;
  readonly #client: RfbClient;
  readonly #pacer: UpdatePacer;
  readonly #markEnded: (reason: HostError) => void;
  #beganAtMs = -Infinity;
  #inputAtMs = -Infinity;
  #encodings: readonly number[] = [];
  #cursor: CursorShape | null = null;
  #denial: string | null = null;
  #countedBytes = 0;

  constructor(loggedIn: LoggedIn, options: SessionOptions) {
    const { connection } = loggedIn.veyon;
    const { slicer, memory, pool, updateIntervalMs } = options.resources;
    this.#loggedIn = loggedIn;
    this.#options = options;
    this.desktopName = loggedIn.init.desktopName;
    this.state = new FreshState((message) => this.send(message));
    this.#client = new RfbClient({
      stream: connection.stream,
      sink: connection,
      size: loggedIn.init,
      decoders: createDecoders(pool),
      line: slicer.openLine(),
      memory: memory.openAccount((cause) =>
        this.#end(new HostError("lost", cause.message, { cause })),
      ),
      messageReaders: new Map([[featureMessageType, () => this.#readFeatureMessage()]]),
      onUpdate: (resized) => this.#onUpdate(resized),
    });
    this.#pacer = new UpdatePacer({
      intervalMs: updateIntervalMs,
      demand: options.demand,
      requestUpdate: (incremental) => this.#client.requestUpdate(incremental),
    });
    const { promise, resolve } = Promise.withResolvers<HostError>();
    this.ended = promise;
    this.#markEnded = resolve;
  }

  /** Asks for everything, and listens until the end. */
  start(): void {
    this.#beganAtMs = performance.now();
    this.#client.start();
    this.#chooseEncodings();
    this.#pacer.start();
    this.state.askEverything();
    void this.#run();
  }

  /** Settles with the first whole picture. */
  get firstPicture(): Promise<void> {
    return this.#client.screen.firstPicture;
  }

  /**
   * The newest picture that can be had without a long wait, null if there is none. It goes on
   * changing.
   */
  async picture(): Promise<Framebuffer | null> {
    await this.#pacer.freshen();
    return this.pictureNow;
  }

  /** The picture in memory, however old. */
  get pictureNow(): Framebuffer | null {
    return this.#pacer.incompleteForMs > earlierSizeMaxMs ? null : this.#client.screen.picture;
  }

  /** Somebody follows the screen from now on, or at a faster pace. */
  followed(): void {
    this.#pacer.followed();
  }

  /** What the host's pointer looks like; null as long as it has not said it. */
  get cursor(): CursorShape | null {
    return this.#cursor;
  }

  /** Whether the host has shown its whole screen at least once. */
  get hasShownPicture(): boolean {
    return this.#client.screen.picture !== null;
  }

  /** How long the session has lasted, in ms. */
  get ageMs(): number {
    return performance.now() - this.#beganAtMs;
  }

  send(message: FeatureMessage): void {
    const { connection } = this.#loggedIn.veyon;
    const keys = this.generation === 5 ? "names" : "numbers";
    connection.send(encodeFeatureMessage(message, keys));
  }

  /** `keysym`: of X11. */
  sendKey(keysym: number, isDown: boolean): void {
    this.#client.sendKey(keysym, isDown);
    this.#inputAtMs = performance.now();
  }

  /** Pixels of the screen; a bit for each button, as in RFB. */
  sendPointer(x: number, y: number, buttonMask: number): void {
    this.#client.sendPointer(x, y, buttonMask);
    this.#inputAtMs = performance.now();
  }

  /** Of the screen, as the host has told it last. */
  get screenSize(): Size {
    return this.#client.screen.size;
  }

  get generation(): Generation {
    return this.#loggedIn.veyon.offer.generation;
  }

  /** What hosts of 4.8.0 and newer say; for older ones what is known of it otherwise. */
  get sessionInfo(): SessionInfo {
    const { known, sessionId } = this.state;
    if (known.session !== null) return known.session;
    return {
      sessionId,
      uptimeSeconds: -1,
      hostName: hostNameOfDesktop(this.desktopName),
      clientAddress: "",
      clientName: "",
    };
  }

  /** The host still gets what was sent. */
  close(): void {
    const reason = new HostError("cancelled", "the connection has been closed");
    const relayedInMs = Math.max(0, this.#inputAtMs + relayMs - performance.now());
    this.#loggedIn.veyon.connection.finish(reason, relayedInMs);
    this.#client.close(reason);
  }

  async #run(): Promise<void> {
    const { connection } = this.#loggedIn.veyon;
    const watchdog = new Watchdog({
      receivedBytes: () => connection.stream.receivedBytes,
      askForSign: () => this.state.askForSign(),
      onSilence: (silentMs) => this.#end(new HostError("lost", silence(silentMs))),
      times: this.#options.resources.watchdog,
    });
    const reason = await this.#readToTheEnd();
    this.#countBytes();
    watchdog.stop();
    this.#pacer.close();
    this.#client.close(reason);
    connection.close();
    await connection.closed;
    this.#markEnded(reason);
  }

  async #readToTheEnd(): Promise<HostError> {
    try {
      await this.#client.run();
      return new HostError("lost", this.#denial ?? "the host closed the connection");
    } catch (error) {
      if (error instanceof HostError) return error;
      const reason = error instanceof Error ? error.message : String(error);
      return new HostError("lost", this.#denial ?? reason, { cause: error });
    }
  }

  /** At once, whatever is being painted; `#run` does the rest. */
  #end(reason: HostError): void {
    this.#loggedIn.veyon.connection.close(reason);
    this.#client.close(reason);
  }

  #onUpdate(resized: boolean): void {
    const { complete, picture, cursor } = this.#client.screen;
    this.#options.resources.traffic.updates++;
    this.#countBytes();
    if (resized) this.#chooseEncodings();
    this.#pacer.updated({ complete, resized });
    if (complete) this.#options.listener?.onPicture(picture!);
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#options.listener?.onCursor();
  }

  #countBytes(): void {
    const { receivedBytes } = this.#loggedIn.veyon.connection.stream;
    this.#options.resources.traffic.receivedBytes += receivedBytes - this.#countedBytes;
    this.#countedBytes = receivedBytes;
  }

  /** Again after each change of size, since what is best depends on it. */
  #chooseEncodings(): void {
    const { resources, failures = 0 } = this.#options;
    const { isLocal } = this.#loggedIn.veyon.connection;
    const situation = { isLocal, size: this.#client.screen.size, failures };
    const wanted = resources.encodings ?? pixelEncodings(situation);
    if (wanted === this.#encodings) return;
    this.#encodings = wanted;
    this.#client.setEncodings([...wanted, ...pseudoEncodings]);
  }

  async #readFeatureMessage(): Promise<void> {
    const variants = await readWantedMessage(this.#loggedIn.veyon.connection.stream);
    if (variants === null) return;
    const message = decodeFeatureMessage(variants);
    if (message.feature === featureIds.accessControlProvider) {
      this.#denial = decodeAccessDenial(message) || "the host denies access";
      this.#end(new HostError("access-denied", this.#denial));
    }
    const copied = decodeClipboardText(message);
    if (copied !== null) this.#options.listener?.onClipboard(copied);
    const changed = this.state.take(message);
    if (changed !== null) this.#options.listener?.onChange(changed);
  }
}

function silence(silentMs: number): string {
  return `the host has been silent for ${Math.round(silentMs / 1000)} s`;
}

/** x11vnc names a desktop `host:display`, UltraVNC `host (address)`. */
function hostNameOfDesktop(desktopName: string): string {
  return /^[^:( ]*/.exec(desktopName)![0];
}
