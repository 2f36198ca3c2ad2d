/** `veyon-webapi check`: what the helpdesk sees. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { startServer } from "./support/api-server.ts";
import { runCheck } from "./support/check-command.ts";
import { privateKey, publicKey, start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { withoutAnswersTo } from "./support/misbehaviours.ts";
import { closedPort, delayedPort, listenFor } from "./support/ports.ts";

/** Each is a program of its own, that waits for its turn. */
setDefaultTimeout(60_000);

let folder: string;
let keyFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-check-"));
  keyFile = file("key.pem", privateKey);
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const withKey = (path = keyFile, name = "fixture") =>
  `--key-name ${name} --key-file`.split(" ").concat(path);

const address = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`;

/** How often it has been called. */
function countCalls(host: SimHost): () => number {
  let calls = 0;
  host.intercept = (step, bytes) => {
    if (step === "accept") calls++;
    return bytes;
  };
  return () => calls;
}

describe("what is unusable is told before the host is called, and ends the program", () => {
  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const encrypted = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "secret",
  });
  const pem = elliptic.export({ type: "pkcs8", format: "pem" });

  test.concurrent.each<[string, string, string | null]>([
    ["a public key", "found PUBLIC KEY", publicKey],
    ["a key with a passphrase", "found ENCRYPTED PRIVATE KEY with a passphrase", String(encrypted)],
    ["a key of another kind", "found PRIVATE KEY", String(pem)],
    ["something else", "found no PEM", "secret"],
    ["nothing", "found no PEM", ""],
    ["a file that is not there", "no such file", null],
  ])("%s as the key", async (what, found, content) => {
    const path = join(folder, `${what}.pem`);
    if (content !== null) writeFileSync(path, content);
    const host = await start();
    const calls = countCalls(host);
    const { exitCode, stdout, steps } = await runCheck([address(host), ...withKey(path)]);
    expect(exitCode).toBe(1);
    expect(Object.keys(steps)).toEqual(["key"]);
    const [outcome, text] = steps.key;
    expect(outcome).toBe("FAILED");
    expect(text).toContain(path);
    expect(text).toContain(found);
    expect(text).toContain("wanted an unencrypted RSA private key in PEM");
    expect(stdout).not.toContain("secret");
    expect(calls()).toBe(0);
  });

  test.concurrent.each([
    ["a directory that is not there", () => join(folder, "none", "first.png")],
    ["a directory", () => folder],
    ["below a file", () => join(file("file", ""), "first.png")],
  ])("%s for the picture", async (_, path) => {
    const host = await start();
    const calls = countCalls(host);
    const args = [address(host), ...withKey(), "--picture", path()];
    const { exitCode, steps } = await runCheck(args);
    expect(exitCode).toBe(1);
    expect(steps).toEqual({
      picture: ["FAILED", expect.stringContaining(`Cannot save the picture to ${path()}: `)],
    });
    expect(calls()).toBe(0);
  });

  test.concurrent.each([
    ["an empty line", "\n", "no password given"],
    ["Latin-1", Buffer.from("Grüße\n", "latin1"), "it is not UTF-8"],
    ["a novel", `${"a".repeat(1025)}\n`, "at most 1024 bytes are allowed"],
  ])("%s as the password", async (_, typed, reason) => {
    const host = await start({ credentials: loginWith.AuthLogon.host });
    const calls = countCalls(host);
    const { exitCode, steps } = await runCheck([address(host), "--user", "vyfixture"], typed);
    expect(exitCode).toBe(1);
    expect(steps).toEqual({ password: ["FAILED", expect.stringContaining(reason)] });
    expect(calls()).toBe(0);
  });
});

describe("all is well", () => {
  test.concurrent("with a key; no picture is saved where none was wanted", async () => {
    const host = await start();
    const before = readdirSync(".");
    const { exitCode, steps } = await runCheck([address(host), ...withKey()]);
    expect(exitCode).toBe(0);
    expect(steps).toEqual({
      name: ["ok", `127.0.0.1 is 127.0.0.1; port ${host.port}`],
      connect: ["ok", "the port is open"],
      greeting: ["ok", "a Veyon Server answers"],
      methods: ["ok", "AuthKeys (Veyon 4, plain)"],
      login: ["ok", "AuthKeys accepted"],
      access: ["ok", 'allowed; the desktop is called "vm:0"'],
      user: ["ok", "vyfixture (Fixture Pupil)"],
      session: ["ok", "number 0 on vm"],
      features: ["ok", "active: SystemTrayIcon"],
      screens: ["ok", "Screen 1 – screen 64x48+0+0"],
      version: ["ok", "4.11 by its configuration, which can lag behind the program"],
      picture: ["ok", expect.stringMatching(/^64x48, \d+ bytes of PNG; --picture FILE saves it$/)],
    });
    expect(readdirSync(".")).toEqual(before);
  });

  test.concurrent("and the picture is where it was wanted", async () => {
    const host = await start();
    const path = join(folder, "first.png");
    const { steps } = await runCheck([address(host), ...withKey(), "--picture", path]);
    expect(steps.picture).toEqual(["ok", expect.stringContaining(`bytes of PNG saved to ${path}`)]);
    expect(existsSync(path)).toBeTrue();
  });

  test.concurrent.each(["AuthLogon", "AuthLDAP", "AuthSimple"] as const)(
    "with %s, whose password is typed on a line that stays open",
    async (method) => {
      const { host: credentials, body } = loginWith[method];
      const host = await start({ version: "5.0", credentials });
      const { password, username } = body.credentials;
      const login = username === undefined ? ["--password"] : ["--user", username];
      const { exitCode, steps } = await runCheck([address(host), ...login], `${password}\n`);
      expect(exitCode).toBe(0);
      expect(steps.login).toEqual(["ok", `${method} accepted`]);
      expect(steps.version).toEqual(["ok", "Veyon 5, by how it talks"]);
    },
  );

  test.concurrent("a host that is half a second away each way tells its state", async () => {
    const host = await start();
    const args = [`127.0.0.1:${await delayedPort(host.port, 500)}`, ...withKey()];
    const { exitCode, steps } = await runCheck(args);
    expect(exitCode).toBe(0);
    expect(steps).toMatchObject({
      user: ["ok", "vyfixture (Fixture Pupil)"],
      session: ["ok", "number 0 on vm"],
      version: ["ok", expect.stringContaining("4.11 ")],
      picture: ["ok", expect.stringContaining("64x48")],
    });
  });

  test.concurrent("Veyon 4.5 has no answer about its version, and it is not made up", async () => {
    const host = await start({ version: "4.5.0" });
    const { exitCode, steps } = await runCheck([address(host), ...withKey()]);
    expect(exitCode).toBe(0);
    const missing = ["MISSING", "no answer within 5000 ms; Veyon 4.6 and older give none"] as const;
    expect(steps).toMatchObject({
      user: ["ok", "vyfixture (Fixture Pupil)"],
      session: ["ok", "number 0 on vm"],
      screens: missing,
      version: missing,
      picture: ["ok", expect.anything()],
    });
  });

  test.concurrent("nobody is logged on, and the host says so", async () => {
    const host = await start({ user: null, session: { id: -1 } });
    const { exitCode, steps } = await runCheck([address(host), ...withKey()]);
    expect(exitCode).toBe(0);
    expect(steps.user).toEqual(["ok", "nobody is logged on"]);
    expect(steps.session).toEqual(["ok", "no session on vm"]);
  });
});

test.concurrent(
  "what a host does not tell is missing, and no value; the rest goes on",
  async () => {
    const { userInfo, sessionInfo, queryActiveFeatures } = featureIds;
    const host = await start({
      intercept: withoutAnswersTo(userInfo, sessionInfo, queryActiveFeatures),
    });
    const { exitCode, steps } = await runCheck([address(host), ...withKey()]);
    expect(exitCode).toBe(1);
    const missing = ["MISSING", "no answer within 5000 ms"] as const;
    expect(steps).toMatchObject({
      user: missing,
      session: missing,
      features: missing,
      screens: ["ok", expect.anything()],
      version: ["ok", expect.stringContaining("4.11 ")],
      picture: ["ok", expect.anything()],
    });
  },
);

test.concurrent("a host that is lost meanwhile is not waited for", async () => {
  const host = await start({
    intercept: (step, bytes) => (step === "featureMessage" ? "close" : bytes),
  });
  const { exitCode, steps, likelyCause } = await runCheck([address(host), ...withKey()]);
  expect(exitCode).toBe(1);
  expect(steps.user).toEqual(["FAILED", "the host closed the connection"]);
  expect(likelyCause).toContain("has ended, or the network is interrupted");
});

test.concurrent("a screen for which there is no memory is no fault of the host's", async () => {
  const host = await start({ width: 3000, height: 2000 });
  host.screen.fill(host.screen.bounds, 0x123456);
  const memory = ["--set", "WebAPI/ScreenMemory=16"];
  const { exitCode, steps, likelyCause } = await runCheck([address(host), ...withKey(), ...memory]);
  expect(exitCode).toBe(1);
  // At the picture, or at what is asked before it.
  const failed = Object.values(steps).find(([outcome]) => outcome === "FAILED");
  expect(failed?.[1]).toContain("WebAPI/ScreenMemory");
  expect(likelyCause ?? "").toBe("");
});

test.concurrent("nothing of a host's gets at the terminal but its letters", async () => {
  const fullName = "Grüße \x1b[31m\x07\x9b2J\u202e✓";
  const host = await start({ user: { login: "a".repeat(1000), fullName } });
  const quiet = await start({ user: { login: "anna", fullName } });
  const long = await runCheck([address(host), ...withKey()]);
  expect(long.steps.user).toEqual(["ok", `${"a".repeat(400)}…`]);
  const { steps } = await runCheck([address(quiet), ...withKey()]);
  expect(steps.user).toEqual(["ok", "anna (Grüße \ufffd[31m\ufffd\ufffd2J\ufffd✓)"]);
});

describe("what answers is named, and is no Veyon Server", () => {
  const notFound = "HTTP/1.1 404 Not Found\r\n\r\n";

  test.concurrent("the WebAPI's own port", async () => {
    const { url } = await startServer();
    const { exitCode, steps, likelyCause } = await runCheck([
      `${url}/`,
      "--set",
      `Network/VeyonServerPort=${new URL(url).port}`,
    ]);
    expect(exitCode).toBe(1);
    expect(Object.keys(steps)).toEqual(["name", "connect", "greeting"]);
    const { port } = new URL(url);
    expect(steps.greeting).toEqual([
      "FAILED",
      `127.0.0.1:${port}: an HTTP server answers, no Veyon Server`,
    ]);
    expect(likelyCause).toContain("the Veyon Server's is 11100");
  });

  test.concurrent("Veyon's own WebAPI, which waits for a request", async () => {
    const port = await listenFor((socket) =>
      socket.on("data", (chunk) => {
        if (chunk.toString().startsWith("HEAD ")) socket.end(notFound);
      }),
    );
    const veyonServerPort = ["--set", `Network/VeyonServerPort=${port}`];
    const { steps } = await runCheck([`127.0.0.1:${port}`, ...veyonServerPort]);
    expect(steps.greeting[1]).toContain("an HTTP server answers");
  });

  test.concurrent("as many connections as 4.11.1 takes", async () => {
    const host = await start({
      intercept: (step, bytes) => (step === "accept" ? "close" : bytes),
    });
    const { steps, likelyCause } = await runCheck([address(host), ...withKey()]);
    expect(steps.greeting[0]).toBe("FAILED");
    expect(steps.greeting[1]).toContain(
      "as many connections as it takes (128 from Veyon 4.11.1 on)",
    );
    expect(likelyCause).toContain("as many connections as it takes");
  });
});

describe("the advice fits", () => {
  const wrong: Record<string, readonly [string[], string, RegExp]> = {
    AuthKeys: [[], "", /no public key of this name/],
    AuthLogon: [["--user", "vyfixture"], "wrong\n", /an account of that computer/],
    AuthLDAP: [["--user", "vyfixture"], "wrong\n", /one of the directory/],
    AuthSimple: [["--password"], "wrong\n", /the one in the Veyon configuration/],
  };

  test.concurrent.each(Object.keys(loginWith) as (keyof typeof loginWith)[])(
    "a wrong login by %s",
    async (method) => {
      const host = await start({ version: "5.0", credentials: loginWith[method].host });
      const [flags, typed, advice] = wrong[method];
      const login = method === "AuthKeys" ? withKey(undefined, "other") : flags;
      const { exitCode, steps, likelyCause } = await runCheck([address(host), ...login], typed);
      expect(exitCode).toBe(1);
      expect(steps.login[0]).toBe("FAILED");
      expect(likelyCause).toMatch(advice);
    },
  );

  test.concurrent("a method that is not offered", async () => {
    const host = await start();
    const { steps, likelyCause } = await runCheck([address(host), "--user", "anna"], "x\n");
    expect(steps.login).toEqual(["FAILED", `${address(host)} offers AuthKeys`]);
    expect(likelyCause).toBe("another method is enabled there: use --key-name with --key-file");
  });

  test.concurrent("no method at all", async () => {
    const host = await start({ version: "5.0", credentials: {} });
    const { exitCode, steps, likelyCause } = await runCheck([address(host)]);
    expect(exitCode).toBe(1);
    expect(steps.methods[0]).toBe("FAILED");
    expect(likelyCause).toContain("no authentication method is enabled");
  });

  test.concurrent("no login given", async () => {
    const host = await start({ credentials: loginWith.AuthLogon.host });
    const { exitCode, stdout } = await runCheck([address(host)]);
    expect(exitCode).toBe(0);
    expect(stdout).toEndWith(
      "No login given: go on with --user with an account of that computer.\n",
    );
  });

  test.concurrent("a user who does not answer", async () => {
    const host = await start({ access: () => new Promise(() => {}) });
    const timeout = ["--set", "WebAPI/ConnectionAuthenticationTimeout=2"];
    const { steps, likelyCause } = await runCheck([address(host), ...withKey(), ...timeout]);
    expect(steps.access[0]).toBe("FAILED");
    expect(likelyCause).toContain("has been asked for permission");
  });

  test.concurrent("a rule that denies", async () => {
    const host = await start({ access: () => 'Access denied by rule "night"' });
    const { steps, likelyCause } = await runCheck([address(host), ...withKey()]);
    expect(steps.access).toEqual(["FAILED", 'Access denied by rule "night"']);
    expect(likelyCause).toContain("access rules");
  });

  test.concurrent("a screen that never comes", async () => {
    const host = await start({
      intercept: (step, bytes) => (step === "framebufferUpdate" ? null : bytes),
    });
    const { steps, likelyCause } = await runCheck([address(host), ...withKey()]);
    expect(steps.picture).toEqual(["FAILED", "no whole picture within 10 s"]);
    expect(likelyCause).toContain("nothing has drawn a screen there");
  });
});

describe("a host as people paste it", () => {
  test.concurrent.each(["http://HOST", "https://HOST/", "veyon://HOST/a?b#c", " HOST "])(
    "%s is understood",
    async (written) => {
      const host = await start();
      const { exitCode, steps } = await runCheck([written.replace("HOST", address(host))]);
      expect(exitCode).toBe(0);
      expect(steps.methods).toEqual(["ok", "AuthKeys (Veyon 4, plain)"]);
    },
  );

  test.concurrent.each([
    [
      "alice@pc",
      'Cannot use a user name in front of "pc": wanted the host alone, and the user by --user',
    ],
    [
      "http://alice:secret@pc:1/x",
      'Cannot use a user name in front of "pc:1": wanted the host alone',
    ],
    ["http://", 'Cannot use host "": wanted a name or an address'],
    ["pc one", 'Cannot use host "pc one": wanted a name or an address'],
    ["\\\\pc", "wanted a name or an address"],
    ["pc:99999", "port 99999, wanted 0 to 65535"],
  ])("%s is refused in words", async (written, reason) => {
    const { exitCode, stdout, steps } = await runCheck([written]);
    expect(exitCode).toBe(1);
    expect(steps).toEqual({ name: ["FAILED", expect.stringContaining(reason)] });
    expect(stdout).not.toContain("secret");
  });

  test.concurrent("a port is closed", async () => {
    const { steps } = await runCheck([`http://127.0.0.1:${await closedPort()}`]);
    expect(steps.connect[1]).toEndWith("the connection is refused");
  });
});
