import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { ReceivedFeatureMessage } from "../veyon/feature-message.ts";
import type { CertificateWithKey } from "./certificates/certificate.ts";
import { veyon5Certificate } from "./certificates/sim-certificate.ts";
import type { SimComputer } from "./sim-computer.ts";
import { SimConnection } from "./protocol/sim-connection.ts";
import { SimFeatures } from "./sim-features.ts";
import { SimInput } from "./sim-input.ts";
import { shakeHands } from "./protocol/sim-handshake.ts";
import type { Intercept, SimHostOptions, Step } from "./sim-options.ts";
import { SimScreen } from "./sim-screen.ts";
import { SimSession } from "./protocol/sim-session.ts";
import { traitsOf } from "./sim-traits.ts";

const address = "127.0.0.1";

/** Listens when the promise settles. `stop()` it in the end. */
export async function startSimHost(options: SimHostOptions = {}): Promise<SimHost> {
  const host = new SimHost(options);
  await host.appear();
  return host;
}

/**
 * A computer with Veyon Server on it, simulated: real sockets and the real protocol on the loopback
 * address, a screen to draw on, features that work, and every misbehaviour that a test wants.
 */
export class SimHost implements SimComputer {
  readonly traits;
  readonly screen: SimScreen;
  readonly features: SimFeatures;
  readonly input = new SimInput();
  readonly updateRequests = { incremental: 0, whole: 0 };
  /** May be changed at any time; holds for steps to come. */
  intercept: Intercept;
  readonly #clients = new Map<SimConnection, SimSession | null>();
  /** Null: it does not speak TLS. */
  readonly #certificate: CertificateWithKey | null;
  #server: Server | null = null;
  #port: number;
  #frozen = false;

  constructor(readonly options: SimHostOptions) {
    this.traits = traitsOf(options.version ?? "4.11.1");
    this.screen = new SimScreen(options.width ?? 640, options.height ?? 480);
    this.features = new SimFeatures(this.traits, this.screen, options);
    this.intercept = options.intercept ?? ((_step, bytes) => bytes);
    this.#certificate = this.traits.veyon5
      ? (options.certificate ?? veyon5Certificate(options.name ?? "sim-host"))
      : null;
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open, signed in or not. */
  get clients(): readonly SimConnection[] {
    return [...this.#clients.keys()];
  }

  get received(): readonly ReceivedFeatureMessage[] {
    return this.features.received.all;
  }

  /** See ReceivedMessages.next. */
  nextMessage(
    predicate: (message: ReceivedFeatureMessage) => boolean,
  ): Promise<ReceivedFeatureMessage> {
    return this.features.received.next(predicate);
  }

  /** Listens, after `vanish` on the same port again. Throws if somebody else has taken it. */
  async appear(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((socket) => void this.#serve(socket));
    this.#server = server;
    try {
      server.listen(this.#port, address);
      await once(server, "listening");
    } catch (error) {
      this.#server = null;
      throw error;
    }
    // One connection that cannot be accepted must not end the program.
    server.on("error", () => {});
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Ends all connections and refuses new ones. */
  async vanish(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = [once(server, "close"), ...this.clients.map((client) => client.closed)];
    server.close();
    for (const client of this.clients) client.abort();
    await Promise.all(closed);
  }

  /** Falls silent: connections stay and new ones are accepted, but nothing is read or sent. */
  freeze(): void {
    this.#frozen = true;
    for (const client of this.clients) client.freeze();
  }

  thaw(): void {
    this.#frozen = false;
    for (const client of this.clients) client.thaw();
  }

  /** Sends a message of the VNC server, such as Bell, to all who are signed in. */
  async relay(step: Step, bytes: Uint8Array): Promise<void> {
    const sessions = [...this.#clients.values()].filter((session) => session !== null);
    await Promise.allSettled(sessions.map((session) => session.relay(step, bytes)));
  }

  async stop(): Promise<void> {
    this.features.reset();
    await this.vanish();
  }

  async #serve(socket: Socket): Promise<void> {
    const connection = new SimConnection(socket, (...step) => this.intercept(...step));
    this.#clients.set(connection, null);
    void connection.closed.then(() => this.#clients.delete(connection));
    if (this.#frozen) connection.freeze();
    try {
      await connection.send("accept", new Uint8Array(0));
      connection.open(this.#certificate);
      await shakeHands(connection, this);
      const session = new SimSession(connection, this);
      this.#clients.set(connection, session);
      await session.serve();
    } catch {
      // Whatever a client does wrong costs its own connection only; a host never says why it
      // closes.
    } finally {
      connection.close();
    }
  }
}
