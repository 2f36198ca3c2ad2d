/** Logins at real Veyon Servers: accounts, access rules, several hosts at once. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { methodUuid } from "../../src/veyon/authentication-methods.ts";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { decodePicture } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

/** Making a key takes a host up to 6 s, refusing a password 3 s more. */
const logonLimitMs = 60_000;

const logon = (username: string, password: string) => ({
  method: methodUuid("AuthLogon"),
  credentials: { username, password },
});

afterAll(stopAll);

describe.skipIf(missing.length > 0)(title("accounts"), () => {
  let host: VeyonHost;
  beforeAll(async () => {
    host = await startHost({ authentication: "logon", screen: "headless" });
  });

  test(
    "a password beyond ASCII logs in",
    async () => {
      const { api } = await startServer();
      expect((await api.get(`authentication/127.0.0.1:${host.port}`)).json).toEqual({
        methods: [methodUuid("AuthLogon")],
      });
      const session = await api.logIn(host.port, logon(pupil.login, pupil.password));
      const answer = await until("a picture", async () => {
        const answer = await session.get("framebuffer");
        return answer.status === 200 && answer;
      });
      const { width, height, pixels } = await decodePicture(answer.bytes);
      expect([width, height, new Set(pixels)]).toEqual([640, 480, new Set([0x198cb3])]);
    },
    logonLimitMs,
  );

  test.each([
    ["a wrong password", logon(pupil.login, "wrong")],
    ["an unknown user", logon("nobody-here", pupil.password)],
  ])(
    "%s: 401 / 6",
    async (_what, body) => {
      const answer = await (await startServer()).api.authenticate(host.port, body);
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ error: { code: 6, message: "Authentication failed" } });
      expect(answer.text).not.toContain(body.credentials.password);
    },
    logonLimitMs,
  );
});

describe.skipIf(missing.length > 0)(title("access rules"), () => {
  test("denied by a rule: 401 / 6", async () => {
    const host = await startHost({ access: "deny", screen: "headless" });
    const answer = await (await startServer()).api.authenticate(host.port, await keyLogin());
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({
      error: { code: 6, details: expect.stringContaining("access rules") },
    });
  });

  test("the user is asked and says nothing: 408 / 8 at the timeout", async () => {
    const host = await startHost({ access: "ask", user: pupil });
    const { api } = await startServer({ connectionAuthenticationTimeoutMs: 2000 });
    const answer = await api.authenticate(host.port, await keyLogin());
    expect(answer.status).toBe(408);
    expect(answer.json).toMatchObject({
      error: { code: 8, details: expect.stringContaining("the host's user") },
    });
  });
});

describe.skipIf(missing.length > 0)(title("several hosts"), () => {
  test("five hosts at once, each with its own picture", async () => {
    const sizes = [0, 1, 2, 3, 4].map((index) => ({ width: 320 + 64 * index, height: 240 }));
    const hosts = await Promise.all(sizes.map((size) => startHost({ size })));
    const { api } = await startServer();
    const login = await keyLogin();
    const sessions = await Promise.all(hosts.map((host) => api.logIn(host.port, login)));
    const shown = await Promise.all(
      sessions.map(async (session) => {
        const answer = await until("a picture", async () => {
          const answer = await session.get("framebuffer");
          return answer.status === 200 && answer;
        });
        const { width, height } = await decodePicture(answer.bytes);
        return { width, height };
      }),
    );
    expect(shown).toEqual(sizes);
  });
});
