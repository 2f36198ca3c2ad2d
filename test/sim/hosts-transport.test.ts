/** What was learnt of a host's transport must not stand in the way when the host changes. */
import { afterEach, expect, test } from "bun:test";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";

afterEach(stopAll);

test.each([
  ["4.11.1", "5.0"],
  ["5.0", "4.11.1"],
])("a host that was %s is found as %s on the same port", async (before, after) => {
  const { api } = await startServer();
  const old = await start({ version: before });
  await (await api.logIn(old.port)).close();
  await old.stop();
  const upgraded = await start({ version: after, port: old.port });
  expect((await api.authenticate(upgraded.port)).status).toBe(200);
});
