/** The order of the checks, and who closes the connection. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { Authenticator, type LoginRequest } from "../../../src/connect/authenticator.ts";
import { HostError } from "../../../src/connect/host-error.ts";
import type { MethodProbe } from "../../../src/connect/method-probe.ts";
import { createLogger } from "../../../src/log/logger.ts";
import type { Credentials } from "../../../src/veyon/authentication.ts";
import type { AuthenticationMethod } from "../../../src/veyon/authentication-methods.ts";
import { failureOf } from "../../support/failure.ts";
import { address, fakeConnector, fakeLogin, fakeVeyon } from "../hosts/fake-host.ts";

const timeoutMs = 15_000;
const password: Credentials = { method: "AuthLogon", username: "u", password: "Pässw0rd" };

let steps: string[];
let lines: string[];
let used: Credentials | null;
let dialSignal: AbortSignal | null;

beforeEach(() => {
  jest.useFakeTimers();
  steps = [];
  lines = [];
  used = null;
  dialSignal = null;
});

afterEach(() => jest.useRealTimers());

interface Scene {
  readonly methods?: AuthenticationMethod[];
  /** Whether the connection that has asked for the methods still waits. */
  readonly waiting?: boolean;
  readonly dialError?: Error;
  readonly loginError?: Error;
}

function arrange({ methods = ["AuthLogon"], waiting = false, dialError, loginError }: Scene) {
  const dialled = fakeVeyon({ methods });
  const kept = fakeVeyon({ methods });
  const { loggedIn } = fakeLogin();
  const connector = fakeConnector({
    dial: (_address, { signal }) => {
      steps.push("dial");
      dialSignal = signal;
      return dialError === undefined ? Promise.resolve(dialled.veyon) : Promise.reject(dialError);
    },
    logIn: (_veyon, credentials) => {
      steps.push("log in");
      used = credentials;
      return loginError === undefined ? Promise.resolve(loggedIn) : Promise.reject(loginError);
    },
  });
  const probe = { takeWaiting: () => (waiting ? kept.veyon : null) } as unknown as MethodProbe;
  const authenticator = new Authenticator({
    connector,
    probe,
    authenticationTimeoutMs: timeoutMs,
  });
  return { authenticator, dialled, kept, loggedIn };
}

function request(changes: Partial<LoginRequest> = {}): LoginRequest {
  return {
    address,
    method: "AuthLogon",
    credentials: () => {
      steps.push("credentials");
      return password;
    },
    signal: new AbortController().signal,
    log: createLogger({ level: "debug", sink: (line) => void lines.push(line) }),
    caller: "10.0.0.7",
    ...changes,
  };
}

test("a login: host, method, credentials, and a line without them in the log", async () => {
  const { authenticator, loggedIn, dialled } = arrange({});
  const admission = await authenticator.admit(request());
  expect(steps).toEqual(["dial", "credentials", "log in"]);
  expect(used).toBe(password);
  expect(admission.loggedIn).toBe(loggedIn);
  expect(admission.credentials).toBe(password);
  expect(dialled.isClosed()).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("host=pc-07:11100 method=AuthLogon");
  expect(lines[0]).not.toContain("ssw0rd");
});

test("the connection that has asked for the methods is used", async () => {
  const { authenticator } = arrange({ waiting: true });
  await authenticator.admit(request());
  expect(steps).toEqual(["credentials", "log in"]);
});

describe("refused", () => {
  test("an unreachable host comes before wrong credentials", async () => {
    const dialError = new HostError("refused", "refused");
    const { authenticator } = arrange({ dialError });
    const bad = request({ method: null, credentials: () => expect.unreachable() });
    expect(await failureOf(authenticator.admit(bad))).toBe(dialError);
  });

  test.each<[string, Scene, AuthenticationMethod | null, string]>([
    ["a host without methods", { methods: [] }, "AuthLogon", "no-method"],
    ["a host without methods, an unknown one asked for", { methods: [] }, null, "no-method"],
    ["an unknown method", {}, null, "method-not-offered"],
    ["a method that is not offered", {}, "AuthKeys", "method-not-offered"],
  ])("%s comes before wrong credentials", async (_name, scene, method, failure) => {
    const { authenticator, dialled } = arrange(scene);
    const bad = request({ method, credentials: () => expect.unreachable() });
    expect(await failureOf(authenticator.admit(bad))).toMatchObject({ failure });
    expect(dialled.isClosed()).toBe(true);
    expect(steps).toEqual(["dial"]);
  });

  test.each([false, true])(
    "wrong credentials close the connection, waiting %p",
    async (waiting) => {
      const { authenticator, dialled, kept } = arrange({ waiting });
      const wrong = new Error("incomplete");
      const bad = request({
        credentials: () => {
          throw wrong;
        },
      });
      expect(await failureOf(authenticator.admit(bad))).toBe(wrong);
      expect((waiting ? kept : dialled).isClosed()).toBe(true);
      expect(used).toBeNull();
    },
  );

  test("a refusal by the host is passed on", async () => {
    const loginError = new HostError("credentials-refused", "closed");
    const { authenticator } = arrange({ loginError });
    expect(await failureOf(authenticator.admit(request()))).toBe(loginError);
    expect(lines).toEqual([]);
  });
});

describe("the attempt is told to end", () => {
  test("when the caller has gone", async () => {
    const caller = new AbortController();
    await arrange({}).authenticator.admit(request({ signal: caller.signal }));
    expect(dialSignal!.aborted).toBe(false);
    caller.abort();
    expect(dialSignal!.aborted).toBe(true);
  });

  test("at the authentication timeout", async () => {
    await arrange({}).authenticator.admit(request());
    jest.advanceTimersByTime(timeoutMs - 1);
    expect(dialSignal!.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(dialSignal!.aborted).toBe(true);
  });
});
