/** A real Veyon Server that ends, comes back or falls silent. */
import { afterAll, describe, expect, test } from "bun:test";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";

const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";

/** Veyon's own watchdog. */
const watchdogMs = 20_000;

afterAll(stopAll);

describe.skipIf(missing.length > 0)(title("a real host's life"), () => {
  test("one that is killed is an error, and comes back by itself", async () => {
    const host = await startHost({ user: pupil });
    const { api } = await startServer();
    const session = await api.logIn(host.port, await keyLogin());
    const hasPicture = async () => (await session.get("framebuffer")).status === 200;
    await until("a picture", hasPicture);

    await host.kill();
    await until("the loss is noticed", async () => !(await hasPicture()));
    expect((await session.get("framebuffer")).json).toMatchObject({ error: { code: 10 } });
    for (const path of ["user", "session", "feature", `feature/${screenLock}`]) {
      const answer = await session.get(path);
      expect([answer.status, answer.json]).toMatchObject([408, { error: { code: 8 } }]);
    }
    expect((await session.start(screenLock)).status).toBe(408);

    await host.restart();
    await until("a picture again", hasPicture, 30_000);
    expect((await session.get("user")).json).toMatchObject({ login: pupil.login });
  }, 90_000);

  test("one that falls silent is noticed within the watchdog's time", async () => {
    const host = await startHost({ screen: "headless" });
    const { api } = await startServer();
    const session = await api.logIn(host.port, await keyLogin());
    host.pause();
    const answer = await until(
      "the silence is noticed",
      async () => {
        const answer = await session.get("user");
        return answer.status !== 200 && answer;
      },
      watchdogMs,
    );
    expect([answer.status, answer.json]).toMatchObject([408, { error: { code: 8 } }]);
    host.resume();
    await until("it is back", async () => (await session.get("user")).status === 200, watchdogMs);
  });
});
