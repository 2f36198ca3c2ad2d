/**
 * Clients of the API that want to stop the server by what they ask for: others are served meanwhile,
 * and what nobody waits for any more is given up.
 */
import { afterEach, describe, test } from "bun:test";
import { fixture } from "../support/transcript.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";

afterEach(stopAll);

describe("keys", () => {
  const login = (key: string) => ({
    ...fixtureLogin,
    credentials: { keyname: "fixture", keydata: fixture(`keys/${key}`) },
  });

  test("of 16384 bits are refused in words", async () => {
    const host = await start();
    const { api } = await startServer();
    const answer = await api.authenticate(host.port, login("rsa-16384-private-TESTKEY.pem"));
    expectError(answer, "InvalidCredentials", "keydata has 16384 bits, wanted at most 8192");
  });
});
