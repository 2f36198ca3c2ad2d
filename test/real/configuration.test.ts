/**
 * Veyon's configuration as Veyon reads it: the same files, given to the real programs and to us.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../src/cli/serve.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import { readSystemSources } from "../../src/config/system-sources.ts";
import { createLogger } from "../../src/log/logger.ts";
import { ApiClient } from "../sim/support/api-client.ts";
import { certificates } from "../sim/support/certificates.ts";
import { onceOver, stopAll } from "../sim/support/fixture-host.ts";
import { encodeConfiguration, type Settings, writeConfiguration } from "./support/configuration.ts";
import { freePorts } from "./support/free-ports.ts";
import { hostSettings } from "./support/host-settings.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./support/own-directory.ts";
import { startReferenceWebApi } from "./support/reference-webapi.ts";
import { missing, title } from "./support/requirements.ts";
import { waitForGreeting } from "./support/rfb-greeting.ts";
import { startVeyonProgram } from "./support/veyon-program.ts";

const testLimitMs = 60_000;

const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-configuration-"));
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

async function load(veyonConfigFile: string) {
  const given = { veyonConfigFile, configFile: null, flags: [] };
  return loadSettings(given, await readSystemSources(given));
}

/** Our server, with the settings of one of Veyon's files. */
async function serveWith(settings: Settings): Promise<ApiClient> {
  const file = join(folder, "ours.conf");
  writeFileSync(file, encodeConfiguration(settings));
  const { values } = await load(file);
  const log = createLogger({ level: "error", sink: () => {} });
  const ours = { ...values, bindAddress: "127.0.0.1", httpServerPort: 0 };
  const server = await serve(ours, log);
  onceOver(() => server.stop());
  return new ApiClient(server.url);
}

describe.skipIf(missing.length > 0)(title("Veyon's configuration"), () => {
  test(
    "placeholders in paths lead both servers to the same certificate",
    async () => {
      const { certificate, privateKey } = certificates.both;
      writeFileSync(join(folder, `${hostname()}.crt`), certificate);
      writeFileSync(join(folder, `${hostname()}.key`), privateKey);
      const tls = {
        certificateFile: join(folder, "%HOSTNAME%.crt"),
        privateKeyFile: join(folder, "$HOSTNAME.key"),
      };
      const reference = await startReferenceWebApi({ tls });
      onceOver(() => reference.stop());
      const ours = await serveWith({
        "WebAPI/HttpsEnabled": true,
        "WebAPI/TlsCertificateFile": tls.certificateFile,
        "WebAPI/TlsPrivateKeyFile": tls.privateKeyFile,
      });
      expect([reference.url, ours.url].map((url) => new URL(url).protocol)).toEqual([
        "https:",
        "https:",
      ]);
      expect((await new ApiClient(reference.url, {}, false).get("user")).status).toBe(401);
      expect((await ours.get("user")).status).toBe(401);
    },
    testLimitMs,
  );

  test(
    "a host whose port is above 65535 is found where it listens",
    async () => {
      const directory = makeOwnDirectory("port-above");
      const [veyonServer, vncServer, workers, demoServer] = freePorts(4);
      const tooHigh = { "Network/VeyonServerPort": veyonServer + 65536 };
      const ports = { veyonServer, vncServer, workers, demoServer };
      const settings = { ...hostSettings({ screen: "headless" }, ports, directory), ...tooHigh };
      const server = await startVeyonProgram({
        name: "veyon-server",
        command: ["veyon-server"],
        directory,
        env: { QT_QPA_PLATFORM: "offscreen" },
        binds: [await writeConfiguration(directory, settings)],
        ready: () => waitForGreeting(veyonServer),
      });
      onceOver(async () => {
        await server.stop();
        removeOwnDirectory(directory);
      });
      const ours = await serveWith(tooHigh);
      const answer = await ours.get("authentication/127.0.0.1");
      expect([answer.status, answer.json]).toMatchObject([200, { methods: [expect.any(String)] }]);
    },
    testLimitMs,
  );

  test.each([
    { Core: { ApplicationVersion: "2" }, Network: { PrimaryServicePort: "12100" } },
    { Core: { ApplicationVersion: 4 }, Network: { PrimaryServicePort: 12100, VeyonServerPort: 1 } },
    { Core: { ApplicationVersion: 3 }, Network: { VeyonServerPort: 13100 } },
    { Core: { ApplicationVersion: "abc" }, Network: { PrimaryServicePort: 12100 } },
    { Network: { PrimaryServicePort: 12100 } },
    { Core: { ApplicationVersion: 5 }, Network: { PrimaryServicePort: 12100 } },
    {
      Core: { ApplicationVersion: 7 },
      Network: { PrimaryServicePort: 12100, VeyonServerPort: 13100 },
    },
  ])(
    "of an older version gives the port that Veyon makes of it: %j",
    async (old) => {
      const file = join(folder, "old.json");
      writeFileSync(file, JSON.stringify(old));
      const own = mkdtempSync(join(folder, "upgraded-"));
      veyonCli(own, "config", "import", file);
      // One step of the way at each start.
      for (let start = 0; start < 3; start++) veyonCli(own, "config", "upgrade");
      const port = /^Network\/VeyonServerPort=(\d+)$/m.exec(veyonCli(own, "config", "list"))?.[1];
      expect((await load(file)).values.veyonServerPort).toBe(Number(port));
    },
    testLimitMs,
  );
});

/** Runs `veyon-cli` with a configuration of its own; its output. */
function veyonCli(configuration: string, ...args: string[]): string {
  const place = "/etc/xdg/Veyon Solutions";
  mkdirSync(place, { recursive: true });
  const script = `mount --bind "$0" "${place}" && exec veyon-cli "$@"`;
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["unshare", "--mount", "sh", "-c", script, configuration, ...args],
    { env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, QT_QPA_PLATFORM: "offscreen" } },
  );
  const output = stdout.toString();
  if (exitCode === 0) return output.trim();
  throw new Error(`veyon-cli ${args.join(" ")}: ${exitCode} ${output} ${stderr.toString()}`);
}
