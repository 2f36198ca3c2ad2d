/**
 * `veyon-webapi check HOST`: everything that the API does with a host, one step after another,
 * without HTTP.
 */
import { settlesWithin } from "../scheduling/deadline.ts";
import { featureByUid } from "../hosts/features/table.ts";
import { parseHostAddress } from "../connect/host-address.ts";
import type { HostConnector } from "../connect/host-connector.ts";
import { HostError } from "../connect/host-error.ts";
import { HostSession, type SessionResources } from "../hosts/host-session.ts";
import type { HostState } from "../hosts/host-state.ts";
import { checkOffered } from "../connect/log-in.ts";
import type { VeyonConnection } from "../connect/veyon-connection.ts";
import type { PictureEncoder } from "../image/picture-encoder.ts";
import { pictureDefaults } from "../image/picture-parameters.ts";
import type { Credentials, Generation } from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { Demand } from "../watch/demand.ts";
import type { CheckCommand } from "./arguments.ts";
import { readHostArgument } from "./host-argument.ts";
import { likelyCause, loginFlags } from "./likely-cause.ts";
import { readLogin } from "./login-input.ts";
import { expectWritable, savePicture } from "./picture-file.ts";
import { Steps } from "./steps.ts";

export interface CheckOptions {
  readonly connector: HostConnector;
  readonly resources: SessionResources;
  readonly pictures: PictureEncoder;
  readonly veyonServerPort: number;
  readonly authenticationTimeoutMs: number;
  readonly write: (line: string) => void;
}

/** A host that is far away takes seconds for it; a request of the API does not wait for so long. */
const stateWaitMs = 5000;

const caller = "check";

/** Who does not know the questions about screens and version. */
const veyonWithoutAnswer = "Veyon 4.6 and older";

/** The host has this long to send its first picture. */
const pictureWaitMs = 10_000;

/** Returns whether all steps went well. */
export async function check(command: CheckCommand, options: CheckOptions): Promise<boolean> {
  const hostCheck = new HostCheck(command, options);
  try {
    await hostCheck.run();
  } catch (error) {
    hostCheck.explain(error);
  } finally {
    options.pictures.close();
  }
  return hostCheck.isWell;
}

/** Leaves no connection open, however it ends. */
class HostCheck {
  readonly #steps: Steps;
  readonly #command: CheckCommand;
  readonly #options: CheckOptions;
  #offered: readonly AuthenticationMethod[] = [];
  #method: AuthenticationMethod | null = null;
  #isWell = true;

  constructor(command: CheckCommand, options: CheckOptions) {
    this.#command = command;
    this.#options = options;
    this.#steps = new Steps(options.write);
  }

  /** Whether nothing has failed, or is missing that every host tells. */
  get isWell(): boolean {
    return this.#isWell;
  }

  async run(): Promise<void> {
    const { login, pictureFile } = this.#command;
    this.#steps.begin("picture");
    if (pictureFile !== null) expectWritable(pictureFile);
    // Before the host is called: it does not wait for somebody who types.
    this.#steps.begin(login.kind === "key" ? "key" : "password");
    const credentialsFor = await readLogin(login);
    const veyon = await this.#dial();
    try {
      if (credentialsFor === null) {
        this.#options.write(`No login given: go on with ${loginFlags(this.#offered)}.`);
        return;
      }
      const session = await this.#openSession(veyon, credentialsFor(this.#offered));
      const lost = session.ended.then((reason) => Promise.reject(reason));
      await Promise.race([this.#watch(session, veyon.offer.generation), lost]);
    } finally {
      veyon.connection.close();
    }
  }

  explain(error: unknown): void {
    this.#isWell = false;
    const reason = error instanceof Error ? error.message : String(error);
    const { step } = this.#steps;
    const context = { step, method: this.#method, offered: this.#offered };
    const cause = error instanceof HostError ? likelyCause(error, context) : "";
    this.#steps.failed(reason, cause);
  }

  async #dial(): Promise<VeyonConnection> {
    const steps = this.#steps;
    const { connector, veyonServerPort, authenticationTimeoutMs } = this.#options;
    steps.begin("name");
    const address = parseHostAddress(readHostArgument(this.#command.host), veyonServerPort);
    const found = await connector.lookUp(address, {
      signal: AbortSignal.timeout(authenticationTimeoutMs),
      caller,
    });
    steps.ok(`${address.host} is ${found.join(", ")}; port ${address.port}`);
    steps.begin("connect");
    const veyon = await connector.dial(address, {
      signal: AbortSignal.timeout(authenticationTimeoutMs),
      caller,
      onStep: (step) => {
        // A host that does not understand TLS is connected to once more.
        if (step === "greeting" && steps.step === "connect") {
          steps.ok("the port is open");
          steps.begin("greeting");
        } else if (step === "methods") {
          steps.ok("a Veyon Server answers");
          steps.begin("methods");
        }
      },
    });
    const { methods, generation } = veyon.offer;
    this.#offered = methods;
    if (methods.length === 0) {
      veyon.connection.close();
      checkOffered(veyon, null);
    }
    steps.ok(`${methods.join(", ")} (Veyon ${generation}, ${veyon.transport})`);
    return veyon;
  }

  async #openSession(veyon: VeyonConnection, credentials: Credentials): Promise<HostSession> {
    const steps = this.#steps;
    const { connector, resources, authenticationTimeoutMs } = this.#options;
    this.#method = credentials.method;
    steps.begin("login");
    const loggedIn = await connector.logIn(veyon, credentials, {
      signal: AbortSignal.timeout(authenticationTimeoutMs),
      caller,
      onStep: (step) => {
        if (step !== "access") return;
        steps.ok(`${credentials.method} accepted`);
        steps.begin("access");
      },
    });
    const session = new HostSession(loggedIn, { resources, demand: new Demand() });
    session.start();
    steps.ok(`allowed; the desktop is called ${JSON.stringify(session.desktopName)}`);
    return session;
  }

  async #watch(session: HostSession, generation: Generation): Promise<void> {
    await this.#describeState(session, generation);
    await this.#describePicture(session);
  }

  async #describeState(session: HostSession, generation: Generation): Promise<void> {
    const { state } = session;
    const endMs = performance.now() + stateWaitMs;
    const leftMs = () => Math.max(0, endMs - performance.now());
    const { known } = state;
    await this.#tell("user", isTold(state.refreshUser(leftMs())), () => describeUser(known));
    const sessionTold = isTold(state.refreshSession(leftMs()));
    await this.#tell("session", sessionTold, () => describeSession(session));
    const featuresTold = isTold(state.refresh("features", leftMs()));
    await this.#tell("features", featuresTold, () => describeFeatures(known));
    const screensTold = isTold(state.refresh("screens", leftMs()));
    await this.#tell("screens", screensTold, () => describeScreens(known), veyonWithoutAnswer);
    const versionTold =
      generation === 5 ? Promise.resolve(true) : isTold(state.refresh("version", leftMs()));
    const version = () => describeVersion(known, generation);
    await this.#tell("version", versionTold, version, veyonWithoutAnswer);
  }

  /**
   * `without`: those hosts that have no answer; absent: there are none, so that it is a failure.
   */
  async #tell(
    step: string,
    told: Promise<boolean>,
    describe: () => string,
    without?: string,
  ): Promise<void> {
    this.#steps.begin(step);
    if (await told) {
      this.#steps.ok(describe());
      return;
    }
    const late = `no answer within ${stateWaitMs} ms`;
    this.#steps.missing(without === undefined ? late : `${late}; ${without} give none`);
    if (without === undefined) this.#isWell = false;
  }

  async #describePicture(session: HostSession): Promise<void> {
    const steps = this.#steps;
    const { pictureFile } = this.#command;
    steps.begin("picture");
    const isThere = await settlesWithin(session.firstPicture, pictureWaitMs);
    const framebuffer = isThere ? await session.picture() : null;
    if (framebuffer === null) {
      throw new HostError("silent", `no whole picture within ${pictureWaitMs / 1000} s`);
    }
    const { bytes } = await this.#options.pictures.encode(framebuffer, {
      format: "png",
      ...pictureDefaults,
      width: null,
      height: null,
    });
    if (pictureFile !== null) savePicture(pictureFile, bytes);
    const saved = pictureFile === null ? "; --picture FILE saves it" : ` saved to ${pictureFile}`;
    const { width, height } = framebuffer;
    steps.ok(`${width}x${height}, ${bytes.length} bytes of PNG${saved}`);
  }
}

/** Whether a refresh has brought an answer. */
async function isTold(refresh: Promise<void>): Promise<boolean> {
  try {
    await refresh;
    return true;
  } catch (error) {
    if (error instanceof HostError && error.failure === "silent") return false;
    throw error;
  }
}

function describeUser({ user }: HostState): string {
  if (user === null || user.login === "") return "nobody is logged on";
  return user.fullName === "" ? user.login : `${user.login} (${user.fullName})`;
}

function describeSession({ sessionInfo }: HostSession): string {
  const { sessionId, hostName, uptimeSeconds } = sessionInfo;
  const number = sessionId < 0 ? "no session" : `number ${sessionId}`;
  const uptime = uptimeSeconds < 0 ? "" : `, up for ${uptimeSeconds} s`;
  return `${number} on ${hostName}${uptime}`;
}

function describeFeatures({ activeFeatures }: HostState): string {
  const names = [...activeFeatures].map((uid) => featureByUid(uid)?.name ?? uid);
  return names.length === 0 ? "none active" : `active: ${names.join(", ")}`;
}

function describeScreens({ screens }: HostState): string {
  const areas = screens.map(
    ({ name, x, y, width, height }) => `${name} ${width}x${height}+${x}+${y}`,
  );
  return areas.length === 0 ? "none" : areas.join(", ");
}

/** The numbers of QueryApplicationVersion in Veyon 4: 5 is 4.5, 11 is 4.11. */
function describeVersion({ applicationVersion }: HostState, generation: Generation): string {
  if (generation === 5) return "Veyon 5, by how it talks";
  if (applicationVersion === null) return "none that can be understood";
  return `4.${applicationVersion} by its configuration, which can lag behind the program`;
}
