/**
 * In what a host is spoken to: TLS for Veyon 5, plain for Veyon 4, and what must never go out in
 * plain.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "bun:test";
import type { Settings } from "../../src/config/settings-schema.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { startServer } from "./support/api-server.ts";
import { certificates, schoolAuthority } from "./support/certificates.ts";
import { runCheck } from "./support/check-command.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, recordSteps, start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const { host: credentials, body } = loginWith.AuthLogon;

/** A Veyon 5 host whose certificate the school's authority has signed; or one with Veyon 4. */
const veyon5 = (port?: number) =>
  start({ version: "5.0", credentials, certificate: certificates.both, ...(port && { port }) });
const veyon4 = (port?: number) => start({ version: "4.11.1", credentials, ...(port && { port }) });

function checkingCertificates(): Partial<Settings> {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ca-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  const caCertificateFile = join(folder, "ca.pem");
  writeFileSync(caCertificateFile, schoolAuthority);
  return { tlsUseCertificateAuthority: true, caCertificateFile };
}

/** Expects that the host has been called, and has not been told a user's name nor a password. */
async function expectUntold(host: SimHost, act: () => Promise<void>): Promise<void> {
  const steps = recordSteps(host);
  await act();
  await untilNoSocketsTo(host.port);
  expect(steps).toContain("greeting");
  // It comes after the name of the user.
  expect(steps).not.toContain("acknowledgement");
}

test("a host that was upgraded to Veyon 5 is found on the same port", async () => {
  const old = await veyon4();
  const { api } = await startServer({ veyonServerPort: old.port });
  await (await api.logIn(old.port, body)).close();
  await old.stop();
  await api.logIn((await veyon5(old.port)).port, body);
});

describe("with certificates checked", () => {
  test("a host that greets in plain is refused before it is told anything", async () => {
    const host = await veyon4();
    const { api } = await startServer(checkingCertificates());
    await expectUntold(host, async () => {
      const details = `127.0.0.1:${host.port} speaks plain Veyon 4, which TLS/UseCertificateAuthority rules out unless WebAPI/AllowUnencryptedHosts is true`;
      expectError(await api.authenticate(host.port, body), "ConnectionTimedOut", details);
      expectError(await api.get(`authentication/127.0.0.1:${host.port}`), "ConnectionTimedOut");
    });
  });

  test("check says so, and what it may mean", async () => {
    const host = await veyon4();
    const { caCertificateFile } = checkingCertificates();
    const settings = [
      "TLS/UseCertificateAuthority=true",
      `TLS/CaCertificateFile=${caCertificateFile}`,
    ];
    const flags = settings.flatMap((setting) => ["--set", setting]);
    const { exitCode, steps, likelyCause } = await runCheck([`127.0.0.1:${host.port}`, ...flags]);
    expect(exitCode).toBe(1);
    expect(steps.methods).toEqual(["FAILED", expect.stringContaining("speaks plain Veyon 4")]);
    expect(likelyCause).toBe("Veyon 4 runs on that computer, or somebody answers in its place");
  });

  test("it is logged in to where a setting allows it", async () => {
    const host = await veyon4();
    const { api } = await startServer({ ...checkingCertificates(), allowUnencryptedHosts: true });
    await api.logIn(host.port, body);
  });

  test("a host that is lost and comes back in plain gets no password, and is back in TLS", async () => {
    const host = await veyon5();
    const { port } = host;
    const server = await startServer({ ...checkingCertificates(), allowUnencryptedHosts: true });
    const session = await server.api.logIn(port, body);
    await host.stop();
    const impostor = await veyon4(port);
    await expectUntold(impostor, async () => {
      await server.lineWith("host still lost", "has spoken TLS before");
      await impostor.stop();
    });
    await veyon5(port);
    await server.lineWith("host is back");
    await until("the user", async () => (await session.get("user")).status === 200);
  });
});

test.each([
  ["whatever its certificate", () => ({})],
  [
    "also where plain hosts are allowed",
    () => ({ ...checkingCertificates(), allowUnencryptedHosts: true }),
  ],
])("a host that has spoken TLS is never spoken to in plain, %s", async (_, settings) => {
  const host = await veyon5();
  const { port } = host;
  const overrides = settings();
  const { api } = await startServer(overrides);
  expect((await api.get(`authentication/localhost:${port}`)).status).toBe(200);
  await host.stop();
  const impostor = await veyon4(port);
  await expectUntold(impostor, async () => {
    // However it is written.
    for (const name of ["localhost", "LocalHost", "localhost."]) {
      expectError(
        await api.authenticate(`${name}:${port}`, body),
        "ConnectionTimedOut",
        `${name}:${port} has spoken TLS before and does not now, so it is not logged in to; if Veyon 4 has been installed there on purpose, veyon-webapi has to be restarted`,
      );
    }
  });
  // As it does then.
  const restarted = await startServer(overrides);
  await restarted.api.logIn(port, body);
});
