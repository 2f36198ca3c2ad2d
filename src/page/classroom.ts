/** The computers of a room: logs in to them, hears of them, and shows their screens. */
import { featureIds } from "../veyon/feature-ids.ts";
import { Api, ApiProblem } from "./api.ts";
import { type LiveEvent, LiveSocket, type Watch } from "./live-socket.ts";
import type { PicturePainter } from "./picture-painter.ts";
import type { NamedComputer, Room } from "./room.ts";

/** Until a login that has failed is tried again, and a socket that was cut is opened again. */
const loginAgainMs = 20_000;
const socketAgainMs = 2_000;

/** Logins that come in together share a socket. */
const gatherMs = 200;

export interface Computer extends NamedComputer {
  /** `lost` may come back by itself, `failed` has not let us in. */
  readonly state: "connecting" | "online" | "lost" | "failed";
  /** Why it is not online, for people. */
  readonly problem: string | null;
  readonly lastSeen: Date | null;
  /** Empty when nobody is logged on, null when that is not known. */
  readonly user: string | null;
  readonly isLocked: boolean;
  readonly isInputLocked: boolean;
}

interface View {
  readonly address: string;
  readonly painter: PicturePainter;
  watch: Watch | null;
}

export class Classroom {
  readonly #room: Room;
  readonly #api: Api;
  readonly #onChange: () => void;
  readonly #uids = new Map<string, string>();
  readonly #views = new Map<number, View>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #computers: ReadonlyMap<string, Computer>;
  #socket: LiveSocket | null = null;
  /** The computers of the socket, in the order of its ticket. */
  #places: readonly string[] = [];
  #socketTurn = 0;
  #nextView = 0;
  #isOver = false;

  constructor(room: Room, onChange: () => void) {
    this.#room = room;
    this.#api = new Api(room.token);
    this.#onChange = onChange;
    this.#computers = new Map(
      room.computers.map(({ name, address }) => [address, { ...unknown, name, address }]),
    );
  }

  get computers(): readonly Computer[] {
    return [...this.#computers.values()];
  }

  find(address: string): Computer | undefined {
    return this.#computers.get(address);
  }

  /** Address of a WebSocket for noVNC, with hands on the computer. Throws ApiProblem. */
  async controlUrl(address: string): Promise<string> {
    const uid = this.#uids.get(address);
    if (uid === undefined) throw new ApiProblem("Not logged in", 0, false);
    return this.#api.socketUrl("live/rfb", "control", [uid]);
  }

  /**
   * Logs in everywhere. Throws ApiProblem if the first computer refuses us: so wrong credentials
   * lock no account by being tried thirty times.
   */
  async open(): Promise<void> {
    const [first, ...others] = this.#room.computers;
    try {
      this.#uids.set(first.address, await this.#api.logIn(first.address, this.#room));
      this.#reconnectSoon(0);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.isPassing) throw error;
      this.#fail(first.address, error);
    }
    for (const { address } of others) void this.logIn(address);
  }

  async logIn(address: string): Promise<void> {
    this.#stopTimer(address);
    this.#change(address, { state: "connecting", problem: null });
    try {
      const uid = await this.#api.logIn(address, this.#room);
      if (this.#isOver) {
        this.#api.logOff(uid);
        return;
      }
      this.#uids.set(address, uid);
      this.#reconnectSoon(gatherMs);
    } catch (error) {
      this.#fail(address, error);
    }
  }

  /** Ends all connections. */
  close(): void {
    this.#isOver = true;
    this.#socket?.close();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const uid of this.#uids.values()) this.#api.logOff(uid);
    this.#uids.clear();
  }

  /** A view that shows nothing yet; returns its number. */
  openView(address: string, painter: PicturePainter): number {
    const number = this.#nextView++ % 65_536;
    this.#views.set(number, { address, painter, watch: null });
    return number;
  }

  /** Null: it cannot be seen, so nothing is asked for. */
  setView(number: number, watch: Watch | null): void {
    const view = this.#views.get(number);
    if (view === undefined) return;
    view.watch = watch;
    if (watch === null) this.#socket?.unwatch(number);
    else this.#watch(number, view);
  }

  /** Begins anew, with a whole picture. */
  renewView(number: number): void {
    const view = this.#views.get(number);
    if (view !== undefined) this.#watch(number, view);
  }

  closeView(number: number): void {
    this.setView(number, null);
    this.#views.delete(number);
  }

  /** Throws ApiProblem. */
  async setFeature(
    address: string,
    feature: keyof typeof featureIds,
    active: boolean,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const uid = this.#uids.get(address);
    if (uid === undefined) throw new ApiProblem("Not logged in", 0, false);
    await this.#api.setFeature(uid, featureIds[feature], active, parameters);
  }

  #watch(number: number, { address, watch }: View): void {
    const place = this.#places.indexOf(address);
    if (watch !== null && place >= 0) this.#socket?.watch(number, place, watch);
  }

  #fail(address: string, error: unknown): void {
    if (this.#isOver) return;
    const problem = error instanceof Error ? error.message : String(error);
    this.#change(address, { state: "failed", problem });
    const isPassing = error instanceof ApiProblem && error.isPassing;
    if (isPassing) this.#startTimer(address, loginAgainMs, () => void this.logIn(address));
  }

  #reconnectSoon(delayMs: number): void {
    if (!this.#timers.has(socketTimer)) {
      this.#startTimer(socketTimer, delayMs, () => void this.#reconnect());
    }
  }

  /** A socket for all that we are logged in to, in the place of the one before. */
  async #reconnect(): Promise<void> {
    const turn = ++this.#socketTurn;
    const places = [...this.#uids.keys()];
    if (places.length === 0) return;
    let url: string;
    try {
      url = await this.#api.socketUrl("live", "view", [...this.#uids.values()]);
    } catch (error) {
      if (turn === this.#socketTurn) this.#afterNoTicket(error);
      return;
    }
    if (turn !== this.#socketTurn || this.#isOver) return;
    this.#socket?.close();
    this.#places = places;
    this.#socket = new LiveSocket(url, {
      onOpen: () => {
        for (const [number, view] of this.#views) this.#watch(number, view);
      },
      onEvent: (event) => this.#hear(event),
      onPicture: (message) => this.#views.get(message.view)?.painter.paint(message),
      onProblem: (number, text) => {
        const view = number === null ? undefined : this.#views.get(number);
        if (view === undefined) console.error(text);
        else this.#change(view.address, { problem: text });
      },
      onClose: () => {
        this.#socket = null;
        // Others have ended before, and say why.
        for (const address of places.filter((each) => this.#uids.has(each))) {
          this.#lose(address, "The server does not answer");
        }
        this.#reconnectSoon(socketAgainMs);
      },
    });
  }

  #afterNoTicket(error: unknown): void {
    if (this.#isOver) return;
    if (!(error instanceof ApiProblem) || error.status !== 401) {
      this.#reconnectSoon(socketAgainMs);
      return;
    }
    // One of the connections is not there any more, or none when the server has started anew.
    const uids = [...this.#uids];
    this.#uids.clear();
    for (const [address, uid] of uids) {
      this.#api.logOff(uid);
      void this.logIn(address);
    }
  }

  #hear({ event, data }: LiveEvent): void {
    const address = this.#places[data.connection];
    switch (event) {
      case "user":
        this.#change(address, { user: data.fullName || data.login });
        return;
      case "features": {
        const active = new Set(data.active.map(({ uid }) => uid));
        this.#change(address, {
          isLocked: active.has(featureIds.screenLock),
          isInputLocked: active.has(featureIds.inputDevicesLock),
        });
        return;
      }
      case "connection":
        if (data.state === "closed") this.#afterClosed(address);
        else if (data.state === "lost") this.#lose(address, data.details ?? data.reason ?? "Lost");
        else this.#change(address, { state: "online", problem: null, lastSeen: null });
        return;
      case "session":
      case "screens":
    }
  }

  #lose(address: string, problem: string): void {
    const lastSeen = this.#computers.get(address)?.lastSeen ?? new Date();
    this.#change(address, { state: "lost", problem, lastSeen });
  }

  /** At the end of its lifetime, for example. */
  #afterClosed(address: string): void {
    this.#uids.delete(address);
    this.#lose(address, "The connection has ended");
    void this.logIn(address);
  }

  #change(address: string, change: Partial<Computer>): void {
    const computer = this.#computers.get(address);
    if (computer === undefined) return;
    this.#computers = new Map(this.#computers).set(address, { ...computer, ...change });
    this.#onChange();
  }

  #startTimer(name: string, delayMs: number, act: () => void): void {
    this.#stopTimer(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      act();
    }, delayMs);
    this.#timers.set(name, timer);
  }

  #stopTimer(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/** Among those of the addresses, none of which is empty. */
const socketTimer = "";

const unknown = {
  state: "connecting",
  problem: null,
  lastSeen: null,
  user: null,
  isLocked: false,
  isInputLocked: false,
} as const;
