import { networkInterfaces } from "node:os";
import { expect, test } from "bun:test";
import { ConnectError } from "../../../src/net/connect-error.ts";
import { lookUp } from "../../../src/net/lookup.ts";
import { failureOf } from "../../support/failure.ts";

const timeoutMs = 5000;

test("a name has its addresses, each once", async () => {
  const found = await lookUp("localhost", timeoutMs);
  expect(new Set(found).size).toBe(found.length);
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const loopback = own.filter(({ internal }) => internal).map(({ address }) => address);
  expect(loopback).toContain(found[0]);
});

test("an address is its own", async () => {
  expect(await lookUp("127.0.0.1", timeoutMs)).toEqual(["127.0.0.1"]);
  expect(await lookUp("::1", timeoutMs)).toEqual(["::1"]);
});

test("a name that cannot be one is unknown", async () => {
  const failure = await failureOf(lookUp("no..such..host", timeoutMs));
  expect(failure).toBeInstanceOf(ConnectError);
  expect(failure).toMatchObject({
    failure: "unknown-name",
    message: "Cannot find no..such..host: no such host name",
  });
});
