/** What may be under way and open at once, and who gets what is open. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { Admission, Authenticator, LoginRequest } from "../../../src/connect/authenticator.ts";
import { HostError } from "../../../src/connect/host-error.ts";
import type { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { Connections } from "../../../src/watch/connections.ts";
import { LimitError } from "../../../src/watch/limit-error.ts";
import { Logins } from "../../../src/watch/logins.ts";
import type { WatchedHost } from "../../../src/watch/watched-host.ts";
import { failureOf } from "../../support/failure.ts";
import {
  address,
  fakeConnector,
  type FakeLogin,
  fakeLogin,
  sessionResources,
} from "../hosts/fake-host.ts";

const credentials = { method: "AuthSimple", password: "x" } as const;
const stays = new AbortController().signal;

let admissions: PromiseWithResolvers<Admission>[];
let connections: Connections<WatchedHost>;
let lines: string[];
let logins: Logins;

beforeEach(() => {
  jest.useFakeTimers();
  admissions = [];
  lines = [];
  connections = new Connections({ connectionsMax: 2, idleTimeoutMs: 60_000, lifetimeMs: 3600_000 });
  logins = new Logins({
    authenticator: {
      admit: () => {
        admissions.push(Promise.withResolvers());
        return admissions.at(-1)!.promise;
      },
    } as unknown as Authenticator,
    connector: fakeConnector({}),
    connections,
    resources: sessionResources(),
    createPictureEncoder: () => ({ close() {} }) as unknown as PictureEncoder,
    authenticationTimeoutMs: 15_000,
    demoServerPort: 11_400,
    log: createLogger({ level: "info", sink: (line) => void lines.push(line) }),
  });
});

afterEach(() => {
  connections.closeAll("shutdown");
  jest.useRealTimers();
});

function open(signal = stays, caller = "") {
  const request: LoginRequest = {
    address,
    caller,
    method: "AuthSimple",
    credentials: () => credentials,
    signal,
    log: createLogger({ level: "info", sink() {} }),
  };
  return logins.open(request);
}

/** The login that has waited longest is let in. */
function admit(): FakeLogin {
  const login = fakeLogin();
  admissions.shift()!.resolve({ loggedIn: login.loggedIn, credentials });
  return login;
}

test("512 logins may be under way; the next is refused until one is over", async () => {
  const pending = Array.from({ length: 511 }, (_, number) => open(stays, `${number % 3}`));
  logins.checkLimits("");
  pending.push(open());
  expect(admissions).toHaveLength(512);
  const message = "512 logins are under way, the limit of this server";
  expect(() => logins.checkLimits("")).toThrow(new LimitError(message));
  expect(await failureOf(open())).toEqual(new LimitError(message));
  admissions.shift()!.reject(new HostError("refused", "no"));
  await failureOf(pending[0]);
  logins.checkLimits("");
  void open();
  expect(admissions).toHaveLength(512);
});

test("one client has half of them", async () => {
  const pending = Array.from({ length: 256 }, () => open(stays, "10.0.0.7"));
  const message = "256 logins of this client are under way, half of the limit of this server";
  expect(() => logins.checkLimits("10.0.0.7")).toThrow(new LimitError(message));
  expect(await failureOf(open(stays, "10.0.0.7"))).toEqual(new LimitError(message));
  logins.checkLimits("10.0.0.8");
  admissions.shift()!.reject(new HostError("refused", "no"));
  await failureOf(pending[0]);
  logins.checkLimits("10.0.0.7");
});

test("a login for which there is no place left is refused, and its host closed", async () => {
  const pending = [open(), open(), open()];
  const hosts = [admit(), admit(), admit()];
  await Promise.all(pending.slice(0, 2));
  const full = new LimitError("2 connections are open, the limit of WebAPI/ConnectionLimit");
  expect(await failureOf(pending[2])).toEqual(full);
  expect(hosts.map((host) => host.isClosed())).toEqual([false, false, true]);
  expect(lines.at(-1)).toEndWith('event="host closed" host=pc-07:11100 reason=limit');
  expect(() => logins.checkLimits("")).toThrow(full);
});

test("a login whose caller has gone leaves no connection open", async () => {
  const caller = new AbortController();
  const pending = open(caller.signal);
  caller.abort();
  const host = admit();
  const { uid } = await pending;
  expect(connections.find(uid)).toBeNull();
  expect(connections.whyClosed(uid)).toBe("abandoned");
  expect(host.isClosed()).toBe(true);
});
