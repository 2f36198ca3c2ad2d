/**
 * Why there is no connection, in networks where each of the reasons holds: Bun has one error code
 * for most of them.
 */
import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { noNetworks, runInOwnNetwork } from "./support/own-network.ts";

const main = resolve(import.meta.dir, "../../src/main.ts");
const dialling = resolve(import.meta.dir, "support/dial-late.ts");
const asking = resolve(import.meta.dir, "support/ask-for-methods.ts");

const refused = {
  reason: /: the connection is refused$/,
  advice: /no Veyon Server listens on this port/,
};
const noNeighbour = {
  reason: /: probably no computer has this address now: nobody answers to it$/,
  advice: /off or asleep, or has another IP address/,
};
const noRoute = {
  reason: /: there is no route to this address from here$/,
  advice: /not in a network that leads there/,
};
const late = { reason: /: no answer within 6000 ms$/, advice: /a firewall drops/ };
const noSuchName = { reason: /: no such host name$/, advice: /the name is misspelt/ };
const noNameServer = {
  reason: /: no name server has said where it is$/,
  advice: /its name server does not answer/,
};

const hosts = [
  ["a computer where nothing listens", "10.91.0.1", refused],
  ["the same by IPv6", "[fd91::1]", refused],
  ["a computer that is off", "10.91.0.77", noNeighbour],
  ["the same by IPv6", "[fd91::77]", noNeighbour],
  ["a network that is not there", "10.92.0.1", noRoute],
  ["the same by IPv6", "[fd92::1]", noRoute],
  ["a network that is closed as unreachable", "10.96.0.1", noRoute],
  ["a network that is closed as prohibited", "10.97.0.1", noRoute],
  ["a network that is closed as a black hole", "10.98.0.1", noRoute],
  ["a computer that swallows everything", "10.91.0.88", late],
  ["a name that cannot be one", "no..such..host", noSuchName],
  ["a name when there is no name server", "pc.example", noNameServer],
] as const;

const title = `without a connection${noNetworks === null ? "" : ` (skipped: ${noNetworks})`}`;

describe.skipIf(noNetworks !== null)(title, () => {
  test("the details of the API name the reason", async () => {
    const { stdout } = await runInOwnNetwork(asking, ...hosts.map(([, host]) => host));
    const answers = stdout.trim().split("\n");
    expect(answers).toHaveLength(hosts.length);
    for (const [index, [, host, { reason }]] of hosts.entries()) {
      expect(JSON.parse(answers[index])).toEqual({
        host,
        status: 408,
        error: { code: 8, message: "Connection timed out", details: expect.stringMatching(reason) },
      });
    }
  });

  test("a computer that is off is not taken for one that refuses when others look for it", async () => {
    const { stdout } = await runInOwnNetwork(dialling, "10.91.0.77");
    const [first, second] = JSON.parse(stdout) as { failure: string }[];
    expect([first.failure, second.failure]).toEqual(["no-neighbour", "no-neighbour"]);
  });

  test.concurrent.each(hosts)(
    "check of %s (%s) gives the reason and what to look at",
    async (_what, host, { reason, advice }) => {
      const timeout = ["--set", "WebAPI/ConnectTimeout=6", "--veyon-config", "/dev/null"];
      const { exitCode, stdout } = await runInOwnNetwork(main, "check", host, ...timeout);
      expect(exitCode).toBe(1);
      const [failed, cause] = stdout.trimEnd().split("\n").slice(-2);
      expect(failed).toStartWith("FAILED");
      expect(failed).toMatch(reason);
      expect(cause).toMatch(advice);
    },
    60_000,
  );
});
