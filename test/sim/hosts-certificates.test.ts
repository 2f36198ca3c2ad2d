/** Veyon 5 hosts and the certificate authority of the settings. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Step } from "../../src/sim/sim-options.ts";
import { SettingsError } from "../../src/config/settings-error.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import {
  certificates,
  constrainedAuthority,
  otherAuthority,
  schoolAuthority,
} from "./support/certificates.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";

let folder: string;
let checking: ApiServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ca-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  checking = await serverTrusting(schoolAuthority + constrainedAuthority);
});
afterAll(stopAll);

function serverTrusting(authority: string): Promise<ApiServer> {
  const caCertificateFile = join(folder, `${Bun.hash(authority)}.pem`);
  writeFileSync(caCertificateFile, authority);
  return startServer({ tlsUseCertificateAuthority: true, caCertificateFile });
}

const hostNames = { address: "127.0.0.1", name: "localhost" } as const;

describe("with the authority that has signed it", () => {
  test.concurrent.each([
    ["both", "address", "fine"],
    ["both", "name", "fine"],
    ["name", "name", "fine"],
    ["address", "address", "fine"],
    ["name", "address", "it does not bear the name 127.0.0.1"],
    ["address", "name", "it does not bear the name localhost"],
    ["elsewhere", "name", "it does not bear the name localhost"],
    ["elsewhere", "address", "it does not bear the name 127.0.0.1"],
    ["rsa", "name", "fine"],
    ["expired", "name", "certificate has expired"],
    ["early", "name", "certificate is not yet valid"],
    ["forged", "name", "signature failure"],
    ["ownAuthority", "name", "self signed certificate"],
    ["clientsOnly", "name", "unsupported certificate purpose"],
    ["unknownExtension", "name", "unhandled critical extension"],
    ["outsideConstraints", "name", "permitted subtree violation"],
    ["keyEnciphermentOnly", "name", "its key usage lacks digitalSignature"],
    ["pathLength", "name", "a path length and without CA:TRUE"],
  ] as const)(
    "a certificate for %s, a host called by its %s: %s",
    async (name, called, verdict) => {
      const host = await start({ version: "5.0", certificate: certificates[name] });
      const steps = new Set<Step>();
      host.intercept = (step, bytes) => {
        steps.add(step);
        return bytes;
      };
      const address = `${hostNames[called]}:${host.port}`;
      if (verdict === "fine") {
        await checking.api.logIn(address);
        return;
      }
      const answer = await checking.api.authenticate(address);
      const details = `${address}: Cannot trust the host's certificate: `;
      expectError(answer, "ConnectionTimedOut", details);
      expectError(answer, "ConnectionTimedOut", verdict);
      // Nobody goes on, in plain for example; the host greets before it knows that.
      expect([...steps].filter((step) => step !== "accept" && step !== "greeting")).toEqual([]);
      await untilNoSocketsTo(host.port);
    },
  );
});

describe("with another authority", () => {
  test.concurrent.each([
    ["signed by the school's", { certificate: certificates.both }],
    ["signed by itself", { certificate: certificates.ownAuthority }],
    ["that the host makes for itself", {}],
  ])("a certificate %s is refused", async (_, options) => {
    const host = await start({ version: "5.0", ...options });
    const { api } = await serverTrusting(otherAuthority);
    const answer = await api.authenticate(host.port);
    expectError(answer, "ConnectionTimedOut", "Cannot trust the host's certificate");
    await untilNoSocketsTo(host.port);
  });

  test.concurrent("a list of several authorities is searched for the right one", async () => {
    const host = await start({ version: "5.0", certificate: certificates.both });
    await (await serverTrusting(otherAuthority + schoolAuthority)).api.logIn(host.port);
  });
});

describe("without checking", () => {
  test.concurrent("a Veyon 5 host with its default certificate is logged in to", async () => {
    const host = await start({ version: "5.0" });
    await (await startServer()).api.logIn(host.port);
  });

  const { keyEnciphermentOnly, ...others } = certificates;
  test.concurrent.each(Object.keys(others) as (keyof typeof others)[])(
    "a certificate of the kind %s is fine",
    async (kind) => {
      const host = await start({ version: "5.0", certificate: certificates[kind] });
      await (await startServer()).api.logIn(host.port);
    },
  );

  test.concurrent("a certificate that may not sign a handshake is refused by name", async () => {
    const host = await start({ version: "5.0", certificate: keyEnciphermentOnly });
    const answer = await (await startServer()).api.authenticate(host.port);
    expectError(answer, "ConnectionTimedOut", "its key usage lacks digitalSignature");
  });
});

test("an authority's file that is missing or no certificate is an error at start", async () => {
  const missing = { tlsUseCertificateAuthority: true, caCertificateFile: join(folder, "none.pem") };
  for (const start of [() => startServer(missing), () => serverTrusting("garbage")]) {
    await expect(start()).rejects.toThrow(SettingsError);
    await expect(start()).rejects.toThrow("TLS/CaCertificateFile");
  }
});
