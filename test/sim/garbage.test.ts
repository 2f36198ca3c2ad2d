/** A server at rest allocates nothing, so that nothing but this would have it collect garbage. */
import { afterAll, expect, spyOn, test } from "bun:test";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { until } from "./support/until.ts";

/** For one computer that has gone. */
const collectionsEach = 3;

const collect = spyOn(Bun, "gc");

afterAll(async () => {
  await stopAll();
  collect.mockRestore();
});

test("garbage is collected when a computer is closed, and when one is lost", async () => {
  const server = await startServer();
  const [closed, lost] = [await start(), await start()];
  const session = await server.api.logIn(closed.port);
  await server.api.logIn(lost.port);
  expect(collect).not.toHaveBeenCalled();
  await session.close();
  await until("all collections", () => collect.mock.calls.length === collectionsEach);
  await lost.vanish();
  await server.lineWith("host lost");
  await until("some more", () => collect.mock.calls.length > collectionsEach);
});
