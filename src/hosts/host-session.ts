import type { BufferPool } from "../bytes/buffer-pool.ts";
import { RfbClient } from "../rfb/client.ts";
import { createDecoders } from "../rfb/decoders/table.ts";
import { Encoding } from "../rfb/encodings.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { ServerInit } from "../rfb/handshake.ts";
import type { MemoryBudget } from "../scheduling/memory-budget.ts";
import type { TimeSlicer } from "../scheduling/time-slicer.ts";
import {
  decodeFeatureMessage,
  encodeFeatureMessage,
  type FeatureMessage,
  featureMessageType,
  type ReceivedFeatureMessage,
} from "../veyon/feature-message.ts";
import { readWantedMessage } from "../veyon/message.ts";
import {
  decodeAccessDenial,
  query,
  type SessionInfo,
  stateFeature,
} from "../veyon/state-messages.ts";
import { HostError } from "./host-error.ts";
import { HostState } from "./host-state.ts";
import { pixelEncodings } from "./pixel-encodings.ts";
import { StateQuery } from "./state-query.ts";
import { UpdatePacer } from "./update-pacer.ts";
import type { VeyonConnection } from "./veyon-connection.ts";
import { Watchdog, type WatchdogTimes } from "./watchdog.ts";

/** With the cursor as a picture of its own the host does not paint it into the screen. */
const pseudoEncodings = [Encoding.RichCursor, Encoding.DesktopSize];

/** How old an answer about user, session and features may be, and how long a busy host is waited for. */
const stateAgeMaxMs = 20;
const stateWaitMaxMs = 250;

/** How long after the login a host may take to say something for the first time. */
const firstStateWithinMs = 3000;

/** What a host said longer ago than it is ever busy is no answer any more. */
const stateAgeLimitMs = 15_000;

/** How long the picture of an earlier size may stand in for one that the host does not complete. */
const earlierSizeMaxMs = 3000;

export interface HostSessionOptions {
  /** Where reading and painting get their turns. */
  readonly slicer: TimeSlicer;
  /** Of all hosts together, for screens and updates. */
  readonly memory: MemoryBudget;
  /** Lends memory for updates that wait to be painted. */
  readonly pool: BufferPool;
  /** The longest pause between updates of a watched host, in ms. */
  readonly updateIntervalMs: number;
  readonly watchdog?: WatchdogTimes;
  /** How pixels are wanted, best first, in place of what is best for the host. */
  readonly encodings?: readonly number[];
}

/** One logged-in connection to a host, from ServerInit until it ends. */
export class HostSession {
  readonly state = new HostState();
  /** Settles with the reason when the session is over, also by `close`. */
  readonly ended: Promise<HostError>;
  /** The host's own name for its desktop, such as `computer:0`. */
  readonly desktopName: string;
  /** Hears of each update that has been painted, as long as the picture is whole. */
  onPicture: (picture: Framebuffer) => void = () => {};
  readonly #veyon: VeyonConnection;
  readonly #client: RfbClient;
  readonly #pacer: UpdatePacer;
  readonly #userQuery = this.#stateQuery(stateFeature.userInfo);
  readonly #sessionQuery = this.#stateQuery(stateFeature.sessionInfo);
  readonly #featuresQuery = this.#stateQuery(stateFeature.activeFeatures);
  readonly #watchdog: Watchdog;
  readonly #options: HostSessionOptions;
  readonly #failures: number;
  readonly #beganAtMs = performance.now();
  #encodings: readonly number[] = [];
  #denial: string | null = null;

  /** `failures`: sessions with this host in a row, before this one, that have ended without a picture. */
  constructor(veyon: VeyonConnection, init: ServerInit, options: HostSessionOptions, failures = 0) {
    this.#veyon = veyon;
    this.#options = options;
    this.#failures = failures;
    this.desktopName = init.desktopName;
    const { connection } = veyon;
    this.#client = new RfbClient({
      stream: connection.stream,
      sink: connection,
      size: init,
      decoders: createDecoders(options.pool),
      line: options.slicer.openLine(),
      memory: options.memory.openAccount(({ message }) =>
        this.#end(new HostError("lost", message)),
      ),
      messageReaders: new Map([[featureMessageType, () => this.#readFeatureMessage()]]),
      onUpdate: (resized) => this.#onUpdate(resized),
    });
    this.#pacer = new UpdatePacer({
      intervalMs: options.updateIntervalMs,
      requestUpdate: (incremental) => this.#client.requestUpdate(incremental),
    });
    this.#client.start();
    this.#chooseEncodings();
    this.#pacer.start();
    this.#askEverything();
    this.#watchdog = new Watchdog({
      receivedBytes: () => connection.stream.receivedBytes,
      askForSign: () => this.#askForSign(),
      onSilence: (silentMs) => this.#end(new HostError("lost", silence(silentMs))),
      times: options.watchdog,
    });
    this.ended = this.#run();
  }

  /** Settles with the first whole picture. */
  get firstPicture(): Promise<void> {
    return this.#client.screen.firstPicture;
  }

  /** The newest picture that can be had without a long wait, null if there is none. It goes on changing. */
  async picture(): Promise<Framebuffer | null> {
    await this.#pacer.look();
    return this.#pacer.incompleteForMs > earlierSizeMaxMs ? null : this.#client.screen.picture;
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
    const keys = this.#veyon.offer.generation === 5 ? "names" : "numbers";
    this.#veyon.connection.send(encodeFeatureMessage(message, keys));
  }

  /** Makes `state.activeFeatures` what the host says now. Throws HostError (silent), see `refreshUser`. */
  async refreshFeatures(waitMaxMs?: number): Promise<void> {
    await this.#refresh(this.#featuresQuery, "which features are active", waitMaxMs);
  }

  /**
   * Makes `state.user` what the host says now; of a busy host, what it has said in the last 15 s. Throws HostError
   * (silent) if that is nothing. `waitMaxMs`: how long to wait for the first answer.
   */
  async refreshUser(waitMaxMs?: number): Promise<void> {
    // Its number of the session is there or not; a host may do without that feature.
    const session = this.refreshSession(waitMaxMs).catch(() => {});
    await this.#refresh(this.#userQuery, "who is logged on", waitMaxMs);
    await session;
  }

  /** Makes `state.session` what the host says now, as `refreshUser` does; hosts before 4.8.0 have none. */
  async refreshSession(waitMaxMs?: number): Promise<void> {
    const refresh = () => this.#refresh(this.#sessionQuery, "which session it has", waitMaxMs);
    if (this.state.session !== null) return refresh();
    await this.#refresh(this.#userQuery, "who is logged on", waitMaxMs);
    if (this.state.user!.sessionId === null) await refresh();
  }

  async #refresh(
    query: StateQuery,
    what: string,
    waitMaxMs = Math.max(stateWaitMaxMs, firstStateWithinMs - this.ageMs),
  ): Promise<void> {
    const isKnown = query.ageMs <= stateAgeLimitMs;
    await query.refresh(stateAgeMaxMs, isKnown ? stateWaitMaxMs : waitMaxMs);
    if (query.ageMs <= stateAgeLimitMs) return;
    const since = Math.round(Math.min(query.ageMs, this.ageMs));
    throw new HostError("silent", `the host has not said ${what} for ${since} ms`);
  }

  /** The number of the desktop session; -1 when nobody is logged on or the host has not said it. */
  get sessionId(): number {
    return this.state.session?.sessionId ?? this.state.user?.sessionId ?? -1;
  }

  /** What hosts of 4.8.0 and newer say; for older ones what is known of it otherwise. */
  get sessionInfo(): SessionInfo {
    if (this.state.session !== null) return this.state.session;
    return {
      sessionId: this.sessionId,
      uptimeSeconds: -1,
      hostName: hostNameOfDesktop(this.desktopName),
      clientAddress: "",
      clientName: "",
    };
  }

  close(): void {
    this.#end(new HostError("cancelled", "the connection has been closed"));
  }

  async #run(): Promise<HostError> {
    const reason = await this.#readToTheEnd();
    this.#watchdog.stop();
    this.#pacer.close();
    this.#client.close(reason);
    this.#veyon.connection.close();
    return reason;
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

  #onUpdate(resized: boolean): void {
    const { complete, picture } = this.#client.screen;
    if (resized) this.#chooseEncodings();
    this.#pacer.updated({ complete, resized });
    if (complete) this.onPicture(picture!);
  }

  /** Again after each change of size, since what is best depends on it. */
  #chooseEncodings(): void {
    const { isLocal } = this.#veyon.connection;
    const situation = { isLocal, size: this.#client.screen.size, failures: this.#failures };
    const wanted = this.#options.encodings ?? pixelEncodings(situation);
    if (wanted === this.#encodings) return;
    this.#encodings = wanted;
    this.#client.setEncodings([...wanted, ...pseudoEncodings]);
  }

  async #readFeatureMessage(): Promise<void> {
    const variants = await readWantedMessage(this.#veyon.connection.stream);
    if (variants === null) return;
    const message = decodeFeatureMessage(variants);
    this.state.fold(message);
    this.#answered(message);
  }

  #answered(message: ReceivedFeatureMessage): void {
    switch (message.feature) {
      case stateFeature.userInfo:
        this.#userQuery.answered();
        return;
      case stateFeature.sessionInfo:
        this.#sessionQuery.answered();
        return;
      case stateFeature.activeFeatures:
        this.#featuresQuery.answered();
        return;
      case stateFeature.accessControl:
        this.#denial = decodeAccessDenial(message);
        this.#end(new HostError("access-denied", this.#denial));
    }
  }

  /** SessionInfo before UserInfo: see refreshUser. */
  #askEverything(): void {
    this.send(query(stateFeature.applicationVersion));
    this.#sessionQuery.ask();
    this.#userQuery.ask();
    this.#featuresQuery.ask();
    this.send(query(stateFeature.screens));
  }

  /** Two questions, since a host's administrator may have switched one of the features off. */
  #askForSign(): void {
    this.#featuresQuery.ask();
    this.#userQuery.ask();
  }

  /** At once, whatever is being painted; `#run` does the rest. */
  #end(reason: HostError): void {
    this.#veyon.connection.close(reason);
    this.#client.close(reason);
  }

  #stateQuery(feature: string): StateQuery {
    return new StateQuery(() => this.send(query(feature)));
  }
}

function silence(silentMs: number): string {
  return `the host has been silent for ${Math.round(silentMs / 1000)} s`;
}

/** x11vnc names a desktop `host:display`, UltraVNC `host (address)`. */
function hostNameOfDesktop(desktopName: string): string {
  return /^[^:( ]*/.exec(desktopName)![0];
}
