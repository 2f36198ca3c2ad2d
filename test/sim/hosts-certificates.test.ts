/** Veyon 5 hosts and the certificate authority of the settings. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SettingsError } from "../../src/config/settings-error.ts";
import { simCertificate } from "../../src/sim/sim-certificate.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { certificates, otherAuthority, schoolAuthority } from "./support/certificates.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";

let folder: string;
let checking: ApiServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ca-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  checking = await serverTrusting(schoolAuthority);
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
    ["name", "address", "wrong"],
    ["address", "name", "wrong"],
    ["elsewhere", "name", "wrong"],
    ["elsewhere", "address", "wrong"],
    ["expired", "name", "wrong"],
  ] as const)(
    "a certificate for %s, a host called by its %s: %s",
    async (name, called, verdict) => {
      const host = await start({ version: "5.0", certificate: certificates[name] });
      const address = `${hostNames[called]}:${host.port}`;
      if (verdict === "fine") {
        await checking.api.logIn(address);
        return;
      }
      const answer = await checking.api.authenticate(address);
      expectError(answer, "ConnectionTimedOut", "Cannot trust the host's certificate");
      await untilNoSocketsTo(host.port);
    },
  );
});

describe("with another authority", () => {
  test.concurrent.each([
    ["signed by the school's", certificates.both],
    ["signed by itself", simCertificate],
  ])("a certificate %s is refused", async (_, certificate) => {
    const host = await start({ version: "5.0", certificate });
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

test.concurrent("without checking, any certificate is fine", async () => {
  const { api } = await startServer();
  for (const certificate of [certificates.elsewhere, certificates.expired, simCertificate]) {
    const host = await start({ version: "5.0", certificate });
    await api.logIn(host.port);
  }
});

test.concurrent("with checking, Veyon 4 hosts have none to check", async () => {
  const host = await start({ version: "4.11.1" });
  await checking.api.logIn(host.port);
});

test("an authority's file that is missing or no certificate is an error at start", async () => {
  const missing = { tlsUseCertificateAuthority: true, caCertificateFile: join(folder, "none.pem") };
  for (const start of [() => startServer(missing), () => serverTrusting("garbage")]) {
    await expect(start()).rejects.toThrow(SettingsError);
    await expect(start()).rejects.toThrow("TLS/CaCertificateFile");
  }
});
