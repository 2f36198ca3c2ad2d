/**
 * `veyon-webapi check` in front of what a school really has: a Veyon Server, its VNC server,
 * Veyon's own WebAPI.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { runCheck } from "../sim/support/check-command.ts";
import { onceOver, stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { startHost } from "./support/both-servers.ts";
import { testKey } from "./support/keys.ts";
import { type ReferenceWebApi, startReferenceWebApi } from "./support/reference-webapi.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

setDefaultTimeout(60_000);

describe.skipIf(missing.length > 0)(title("check"), () => {
  let host: VeyonHost;
  let reference: ReferenceWebApi;
  let name: string;
  let keyFile: string;

  const withKey = (keyName: string) => ["--key-name", keyName, "--key-file", keyFile];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-check-"));
    onceOver(() => rmSync(folder, { recursive: true }));
    const key = await testKey();
    name = key.name;
    keyFile = join(folder, "key.pem");
    writeFileSync(keyFile, key.privateKey);
    const size = { width: 640, height: 400 };
    [host, reference] = await Promise.all([
      startHost({ size, user: pupil }),
      startReferenceWebApi(),
    ]);
    onceOver(() => reference.stop());
  });
  afterAll(stopAll);

  test("goes through a Veyon Server", async () => {
    const { exitCode, stdout, steps } = await runCheck([host.address, ...withKey(name)]);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    const outcomes = Object.entries(steps).map(([step, [outcome]]) => `${step} ${outcome}`);
    expect(outcomes).toEqual(
      [
        ["name", "connect", "greeting", "methods", "login", "access"],
        ["user", "session", "features", "screens", "version", "picture"],
      ]
        .flat()
        .map((step) => `${step} ok`),
    );
    expect(steps.user[1]).toContain(pupil.login);
    expect(steps.version[1]).toContain("4.");
    expect(steps.picture[1]).toContain("640x400");
  });

  test("calls a wrong key by its name", async () => {
    const { exitCode, steps, likelyCause } = await runCheck([host.address, ...withKey("nobody")]);
    expect(exitCode).toBe(1);
    expect(steps.login[0]).toBe("FAILED");
    expect(likelyCause).toContain("no public key of this name");
  });

  test("calls Veyon's own WebAPI an HTTP server", async () => {
    const port = ["--set", `Network/VeyonServerPort=${reference.port}`];
    const { exitCode, steps } = await runCheck([reference.url, ...port]);
    expect(exitCode).toBe(1);
    expect(steps.greeting).toEqual([
      "FAILED",
      `127.0.0.1:${reference.port}: an HTTP server answers, no Veyon Server`,
    ]);
  });

  test("calls its VNC server a plain VNC server", async () => {
    const vncServer = `127.0.0.1:${host.vncServerPort}`;
    const greeting = await until("the VNC server", async () => {
      const { steps } = await runCheck([vncServer]);
      return steps.greeting;
    });
    expect(greeting).toEqual([
      "FAILED",
      `${vncServer}: a plain VNC server answers, no Veyon Server`,
    ]);
  });
});
