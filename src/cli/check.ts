/** `veyon-webapi check HOST`: everything that the API does with a host, one step after another, without HTTP. */
import { lookup } from "node:dns/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { parseHostAddress, type HostAddress } from "../hosts/host-address.ts";
import type { HostConnector } from "../hosts/host-connector.ts";
import { HostError } from "../hosts/host-error.ts";
import { featureByUid } from "../hosts/features/table.ts";
import type { HostSession } from "../hosts/host-session.ts";
import { settlesWithin } from "../hosts/deadline.ts";
import type { VeyonConnection } from "../hosts/veyon-connection.ts";
import type { PictureEncoder } from "../image/picture-encoder.ts";
import type { Credentials, Generation } from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { parsePrivateKey } from "../veyon/crypto.ts";
import type { CheckCommand, Login } from "./arguments.ts";
import { likelyCause } from "./likely-cause.ts";
import { readSecret } from "./secret-input.ts";
import { Steps } from "./steps.ts";

export interface CheckOptions {
  readonly connector: HostConnector;
  readonly pictures: PictureEncoder;
  readonly veyonServerPort: number;
  readonly authenticationTimeoutMs: number;
  readonly write: (line: string) => void;
}

/** The host has this long to send its first picture. */
const pictureWaitMs = 10_000;

/** Returns whether all steps went well. */
export async function check(command: CheckCommand, options: CheckOptions): Promise<boolean> {
  const steps = new Steps(options.write);
  let step = "name";
  try {
    const address = await resolve(command.host, options, steps);
    step = "methods";
    const veyon = await dial(address, options, steps, (name) => (step = name));
    const credentials = await readLogin(command.login, veyon);
    if (credentials === null) {
      veyon.connection.close();
      options.write("No login given: --key-name with --key-file, --user or --password goes on.");
      return true;
    }
    steps.begin();
    step = "login";
    const session = await logIn(veyon, credentials, options, steps, (name) => (step = name));
    try {
      step = "state";
      await describeState(session, veyon.offer.generation, steps);
      step = "picture";
      await savePicture(session, command, options, steps);
      return true;
    } finally {
      session.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    steps.failed(step, reason, error instanceof HostError ? likelyCause[error.failure] : "");
    return false;
  } finally {
    options.pictures.close();
  }
}

async function resolve(host: string, options: CheckOptions, steps: Steps): Promise<HostAddress> {
  const address = parseHostAddress(host, options.veyonServerPort);
  try {
    const found = await lookup(address.host, { all: true });
    const addresses = [...new Set(found.map((each) => each.address))];
    steps.ok("name", `${address.host} is ${addresses.join(", ")}; port ${address.port}`);
  } catch (cause) {
    throw new HostError("unknown-name", `no address is known for ${address.host}`, { cause });
  }
  return address;
}

async function dial(
  address: HostAddress,
  { connector, authenticationTimeoutMs }: CheckOptions,
  steps: Steps,
  onStep: (step: string) => void,
): Promise<VeyonConnection> {
  let current = "";
  const veyon = await connector.dial(address, {
    signal: AbortSignal.timeout(authenticationTimeoutMs),
    onStep: (step) => {
      if (current === "connect") steps.ok("connect", "the port is open");
      if (current === "greeting") steps.ok("greeting", "a Veyon Server answers");
      current = step;
      onStep(step);
    },
  });
  const { methods, generation } = veyon.offer;
  const offered = methods.length === 0 ? "none" : methods.join(", ");
  steps.ok("methods", `${offered} (Veyon ${generation}, ${veyon.transport})`);
  return veyon;
}

/** Null: no login was asked for. */
async function readLogin(login: Login, veyon: VeyonConnection): Promise<Credentials | null> {
  switch (login.kind) {
    case "none":
      return null;
    case "key": {
      const privateKey = readKey(login.keyFile);
      return { method: "AuthKeys", keyName: login.keyName, privateKey };
    }
    case "user": {
      const method = userMethod(veyon.offer.methods);
      const password = await readSecret(`Password of ${login.user}`);
      return { method, username: login.user, password };
    }
    case "password":
      return { method: "AuthSimple", password: await readSecret("Password") };
  }
}

/** The method that takes a user name: the computer's own accounts before LDAP. */
function userMethod(methods: readonly AuthenticationMethod[]): "AuthLogon" | "AuthLDAP" {
  return !methods.includes("AuthLogon") && methods.includes("AuthLDAP") ? "AuthLDAP" : "AuthLogon";
}

function readKey(keyFile: string) {
  const pem = readFileSync(keyFile, "utf8");
  try {
    return parsePrivateKey(pem);
  } catch {
    throw new Error(`Cannot use ${keyFile}: wanted an unencrypted RSA private key in PEM`);
  }
}

async function logIn(
  veyon: VeyonConnection,
  credentials: Credentials,
  { connector, authenticationTimeoutMs }: CheckOptions,
  steps: Steps,
  onStep: (step: string) => void,
): Promise<HostSession> {
  const session = await connector.logIn(veyon, credentials, {
    signal: AbortSignal.timeout(authenticationTimeoutMs),
    onStep: (step) => {
      if (step === "access") steps.ok("login", `${credentials.method} accepted`);
      onStep(step === "access" ? "access" : "login");
    },
  });
  steps.ok("access", `allowed; the desktop is called ${JSON.stringify(session.desktopName)}`);
  return session;
}

async function describeState(
  session: HostSession,
  generation: Generation,
  steps: Steps,
): Promise<void> {
  await session.refreshUser();
  await session.refreshFeatures();
  const { user, activeFeatures, applicationVersion, screens } = session.state;
  const login = user?.login ?? "";
  steps.ok("user", login === "" ? "nobody is logged on" : `${login} (${user?.fullName ?? ""})`);
  const { sessionId, hostName, uptimeSeconds } = session.sessionInfo;
  const uptime = uptimeSeconds < 0 ? "unknown" : `${uptimeSeconds} s`;
  steps.ok("session", `number ${sessionId} on ${hostName}, uptime ${uptime}`);
  const names = [...activeFeatures].map((uid) => featureByUid(uid)?.name ?? uid);
  steps.ok("features", names.length === 0 ? "none active" : `active: ${names.join(", ")}`);
  const areas = screens.map(
    ({ name, x, y, width, height }) => `${name} ${width}x${height}+${x}+${y}`,
  );
  steps.ok("screens", areas.length === 0 ? "not told" : areas.join(", "));
  steps.ok("version", describeVersion(generation, applicationVersion));
}

/** The numbers of QueryApplicationVersion in Veyon 4: 5 is 4.5, 11 is 4.11. */
function describeVersion(generation: Generation, applicationVersion: number | null): string {
  if (generation === 5) return "Veyon 5, by how it talks";
  if (applicationVersion === null) return "not told, so Veyon 4.6 or older";
  return `4.${applicationVersion} by its configuration, which can lag behind the program`;
}

async function savePicture(
  session: HostSession,
  command: CheckCommand,
  { pictures }: CheckOptions,
  steps: Steps,
): Promise<void> {
  const framebuffer = (await settlesWithin(session.firstPicture, pictureWaitMs))
    ? await session.picture()
    : null;
  if (framebuffer === null) {
    throw new HostError("silent", `no whole picture within ${pictureWaitMs / 1000} s`);
  }
  const picture = await pictures.encode(framebuffer, {
    format: "png",
    compression: 5,
    quality: 75,
    width: null,
    height: null,
  });
  const file = command.pictureFile ?? `${command.host.replace(/[^\p{L}\p{N}._-]/gu, "_")}.png`;
  writeFileSync(file, picture.bytes);
  const size = `${framebuffer.width}x${framebuffer.height}`;
  steps.ok("picture", `${size}, ${picture.bytes.length} bytes saved to ${file}`);
}
