import { expect, test } from "bun:test";
import { ping } from "../../../src/net/ping.ts";

test("a host that looks like an option is not asked for", async () => {
  expect(await ping("-f", 1000)).toBe(false);
});

test("a name that is none does not answer", async () => {
  expect(await ping("no such host", 1000)).toBe(false);
});
