/** Hosts that fail in the middle of the login, at each of its steps, in every way. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { Intercept, Step } from "../../src/sim/sim-options.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { type DocumentedError, expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { type Login, loginWith } from "./support/logins.ts";
import {
  closeAfterPartAt,
  closeAt,
  garbageAt,
  partAt,
  silentAt,
  withoutStep,
} from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";

const greetingSteps = ["greeting", "securityTypes", "methods"] as const;
const keySteps = ["acknowledgement", "challenge", "securityResult", "serverInit"] as const;
const passwordSteps = ["acknowledgement", "publicKey", "securityResult", "serverInit"] as const;

const hosts: readonly [string, Login["name"], readonly Step[]][] = [
  ["4.7.5", "AuthKeys", [...greetingSteps, ...keySteps]],
  ["4.7.5", "AuthLogon", passwordSteps],
  ["4.11.1", "AuthKeys", [...greetingSteps, ...keySteps]],
  ["5.0", "AuthKeys", ["accept", ...greetingSteps, ...keySteps]],
  ["5.0", "AuthLDAP", passwordSteps],
];

/** Closing is all that a host says to credentials, and to those whom its rules keep out. */
const refusal = (step: Step): DocumentedError =>
  step === "accept" || greetingSteps.some((one) => one === step)
    ? "ConnectionTimedOut"
    : "AuthenticationFailed";

/** Zeros where the login was good are those of a host that denies access. */
const zeros = (step: Step): DocumentedError =>
  step === "securityResult" || step === "serverInit"
    ? "AuthenticationFailed"
    : "ConnectionTimedOut";

const timedOut = (): DocumentedError => "ConnectionTimedOut";

/**
 * One that says nothing inside TLS is taken for some other server of TLS before the time is over.
 */
const late = /no answer in time|a TLS server answers/;
const closed = /closed the connection/;
const wrong =
  /Cannot read|no Veyon Server|lists no authentication methods|denies access|no answer in time/;

interface Failure {
  readonly what: string;
  readonly at: (step: Step) => Intercept;
  readonly error: (step: Step) => DocumentedError;
  readonly details: RegExp;
}

const failures: readonly Failure[] = [
  { what: "silent", at: silentAt, error: timedOut, details: late },
  { what: "silent in the middle", at: partAt, error: timedOut, details: late },
  { what: "closed", at: closeAt, error: refusal, details: closed },
  { what: "closed in the middle", at: closeAfterPartAt, error: refusal, details: closed },
  // What comes next is then taken for it.
  { what: "left out", at: withoutStep, error: timedOut, details: wrong },
  {
    what: "of 0xff only",
    at: (step) => garbageAt(step, "ff".repeat(600)),
    error: timedOut,
    details: wrong,
  },
  {
    what: "of zeros only",
    at: (step) => garbageAt(step, "00".repeat(600)),
    error: zeros,
    details: wrong,
  },
];

/** For hosts that say nothing, and for all others. */
let hasty: ApiServer;
let server: ApiServer;
let other: { host: SimHost; session: ApiSession };

beforeAll(async () => {
  hasty = await startServer({ connectionAuthenticationTimeoutMs: 6000 });
  server = await startServer();
  const host = await start();
  other = { host, session: await server.api.logIn(host.port) };
});
afterAll(async () => {
  // None of it has hurt the connection that was there before, nor was any of it a fault of ours.
  expect((await other.session.get("user")).status).toBe(200);
  const lines = [...hasty.lines, ...server.lines];
  expect(lines.filter((line) => /host lost|request failed/.test(line))).toEqual([]);
  await stopAll();
});

for (const [version, name, steps] of hosts) {
  describe(`Veyon ${version}, ${name}`, () => {
    for (const step of steps) {
      for (const { what, at, error, details } of failures) {
        // Nothing is sent at accept.
        if (step === "accept" && what === "left out") continue;
        test.concurrent(`${step} ${what}`, async () => {
          const { host: credentials, body } = loginWith[name];
          const host = await start({ version, credentials, intercept: at(step) });
          const mayBeSilent = error(step) === "ConnectionTimedOut" && details !== closed;
          const { api } = mayBeSilent ? hasty : server;
          expectError(await api.authenticate(host.port, body), error(step), details);
          await untilNoSocketsTo(host.port);
        });
      }
    }
  });
}
