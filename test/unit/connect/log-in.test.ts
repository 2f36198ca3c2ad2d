import { afterEach, describe, expect, jest, test } from "bun:test";
import { HostError, type HostFailure } from "../../../src/connect/host-error.ts";
import { logIn, type LoginStep } from "../../../src/connect/log-in.ts";
import { string } from "../../../src/qt/variant.ts";
import type { Credentials } from "../../../src/veyon/authentication.ts";
import { encodeMessage } from "../../../src/veyon/message.ts";
import { signChallenge } from "../../../src/veyon/crypto.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordedServer } from "../../support/recorded-server.ts";
import { type Entry, transcript } from "../../support/transcript.ts";
import { greet, keys } from "../veyon/log-in-on.ts";
import { type FakeVeyon, fakeVeyon } from "../hosts/fake-host.ts";

afterEach(() => jest.useRealTimers());

const fixtureKey: Credentials = {
  method: "AuthKeys",
  keyName: "fixture",
  privateKey: keys.fixture,
};
const teacherKey: Credentials = {
  method: "AuthKeys",
  keyName: "teacher5",
  privateKey: keys.teacher5,
};

interface Outcome extends FakeVeyon {
  readonly init: Awaited<ReturnType<typeof logIn>> | null;
  readonly failure: HostFailure | null;
  readonly message: string;
  readonly steps: LoginStep[];
}

/**
 * Logs in on a host that says these things. `abortAfter`: what the client sends before the time is
 * over.
 */
async function attempt(
  entries: readonly Entry[],
  credentials = fixtureKey,
  abortAfter = Infinity,
): Promise<Outcome & { abort: AbortController }> {
  const server = new RecordedServer(entries);
  const offer = await greet(server);
  const abort = new AbortController();
  const send = (bytes: Uint8Array) => {
    server.send(bytes);
    if (server.sent.length === abortAfter) abort.abort();
  };
  const fake = { ...fakeVeyon({ ...offer, stream: server.stream, send }), abort };
  const steps: LoginStep[] = [];
  const options = {
    signal: abort.signal,
    sign: signChallenge,
    userName: "fixture-client",
    onStep: (step: LoginStep) => void steps.push(step),
  };
  try {
    const init = await logIn(fake.veyon, credentials, options);
    return { ...fake, init, failure: null, message: "", steps };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { ...fake, init: null, failure: error.failure, message: error.message, steps };
  }
}

const recorded = (name: string) => transcript(`transcripts/${name}.json`);
const success = recorded("4.7.5-auth-keyfile-success");

/** A recorded login up to a message of the server, which then says something else, or closes. */
function insteadOf(note: RegExp, ...said: string[]): Entry[] {
  const start = success.findIndex((entry) => note.test(entry.note));
  return [
    ...success.slice(0, start),
    ...said.map((hex) => ({ from: "server" as const, hex, note: "" })),
  ];
}

/** A host that says no more and does not close either. */
const silence: Entry = { from: "client", hex: "", note: "never comes" };

test.each(["4.7.5", "4.11.1"])("a good login, %s", async (version) => {
  const outcome = await attempt(recorded(`${version}-auth-keyfile-success`));
  expect(outcome.init).toMatchObject({ width: 64, height: 48 });
  expect(outcome.steps).toEqual(["authenticate", "access"]);
});

const zeros = "00".repeat(24);

const denials: [string, Entry[], Credentials, string][] = [
  [
    "4.7.5, which closes",
    recorded("4.7.5-access-denied"),
    fixtureKey,
    "pc-07:11100 closed the connection after a good login: its access rules or its user deny access",
  ],
  [
    "4.11.1, which says why",
    recorded("4.11.1-access-denied"),
    fixtureKey,
    'Access denied by rule "deny-rule"',
  ],
  [
    "Veyon 5, which says why",
    transcript("veyon5-access-denied.json"),
    teacherKey,
    "Accessing user not member of an authorized user group",
  ],
  ["no reason", insteadOf(/ServerInit/, zeros), fixtureKey, "pc-07:11100 denies access"],
  [
    "something else in place of the reason",
    insteadOf(/ServerInit/, zeros, "02"),
    fixtureKey,
    "pc-07:11100 denies access",
  ],
  [
    "a reason that cannot be read",
    insteadOf(/ServerInit/, zeros, "290000000600000006"),
    fixtureKey,
    "pc-07:11100 denies access",
  ],
  [
    "a reason longer than any",
    insteadOf(/ServerInit/, zeros, "2900010001"),
    fixtureKey,
    "pc-07:11100 denies access",
  ],
];

describe("access denied:", () => {
  test.each(denials)("%s", async (_name, entries, credentials, message) => {
    const outcome = await attempt(entries, credentials);
    expect(outcome).toMatchObject({ failure: "access-denied", message });
    expect(outcome.isClosed()).toBe(true);
    expect(outcome.steps).toEqual(["authenticate", "access"]);
  });

  test("a reason that does not come is waited for one second", async () => {
    jest.useFakeTimers();
    const waiting = attempt([...insteadOf(/ServerInit/, zeros), silence]);
    while (jest.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(1000);
    expect(await waiting).toMatchObject({
      failure: "access-denied",
      message: "pc-07:11100 denies access",
    });
  });
});

const refused = "pc-07:11100: the host closed the connection on these credentials";
const logonAtKeyHost: Credentials = { method: "AuthLogon", username: "u", password: "p" };

const failures: [string, Entry[], Credentials, HostFailure, string][] = [
  ["a close on the choice", insteadOf(/acknowledge/), fixtureKey, "credentials-refused", refused],
  [
    "a close on the signature",
    recorded("4.11.1-auth-keyfile-failure-badsignature"),
    fixtureKey,
    "credentials-refused",
    refused,
  ],
  [
    "a method that is not offered",
    success,
    logonAtKeyHost,
    "method-not-offered",
    "pc-07:11100 offers AuthKeys",
  ],
  [
    "no method that is known",
    recorded("4.7.5-demoserver-token-auth"),
    fixtureKey,
    "no-method",
    "pc-07:11100 offers no authentication method that is known",
  ],
  [
    "a challenge that is none",
    insteadOf(/acknowledge/, "00000000", encodeMessage([string("x")]).toHex()),
    fixtureKey,
    "not-veyon",
    "pc-07:11100: Cannot read challenge: QString, wanted QByteArray",
  ],
  [
    "a challenge that ends too early",
    insteadOf(/acknowledge/, "00000000", "0000000a0000000c000000008000"),
    fixtureKey,
    "not-veyon",
    "pc-07:11100: Cannot decode message: Cannot read message: 1 bytes left at offset 9, 128 wanted",
  ],
  [
    "a name of the desktop that is too long",
    insteadOf(/ServerInit/, `00400030${"00".repeat(16)}00010001`),
    fixtureKey,
    "not-veyon",
    "pc-07:11100: Cannot read desktop name: 65537 bytes, at most 65536 allowed",
  ],
];

test.each(failures)("%s", async (_name, entries, credentials, failure, message) => {
  const outcome = await attempt(entries, credentials);
  expect(outcome).toMatchObject({ failure, message });
  expect(outcome.isClosed()).toBe(true);
});

describe("when the time is over", () => {
  test.each([
    ["before the host has answered", insteadOf(/acknowledge/), 3, "an answer to the login"],
    [
      "while the host's user is asked",
      insteadOf(/ServerInit/),
      5,
      "the host's user or access rules to allow it",
    ],
  ])("%s", async (_name, entries, abortAfter, waitingFor) => {
    const outcome = await attempt([...entries, silence], fixtureKey, abortAfter);
    const message = `pc-07:11100: no answer in time: waited for ${waitingFor}`;
    expect(outcome).toMatchObject({ failure: "silent", message });
    expect(outcome.isClosed()).toBe(true);
  });

  test("from the start", async () => {
    const { veyon, isClosed } = fakeVeyon();
    const options = { signal: AbortSignal.abort(), sign: signChallenge, userName: "root" };
    const failure = await failureOf(logIn(veyon, fixtureKey, options));
    expect(failure).toMatchObject({ failure: "silent" });
    expect(isClosed()).toBe(true);
  });

  test("after a good login there is no effect", async () => {
    const outcome = await attempt([...success, silence]);
    outcome.abort.abort();
    expect(outcome.isClosed()).toBe(false);
  });
});
