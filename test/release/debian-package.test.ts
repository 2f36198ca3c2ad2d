/**
 * The Debian package on a system of its own, with a real systemd: installed, served by, hardened,
 * purged.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { version } from "../../src/version.ts";
import { certificates } from "../sim/support/certificates.ts";
import { until } from "../sim/support/until.ts";
import { BootedSystem } from "./support/booted-system.ts";
import { releaseFile, releaseIfOld, releaseTimeoutMs } from "./support/release.ts";

const unit = "veyon-webapi.service";
const dropIns = `/etc/systemd/system/${unit}.d`;
const configuration = "/etc/veyon-webapi/veyon-webapi.conf";
const isRoot = process.getuid?.() === 0;

let system: BootedSystem;

beforeAll(async () => {
  if (!isRoot) return;
  await releaseIfOld();
  system = await BootedSystem.boot();
}, releaseTimeoutMs);
afterAll(() => system?.stop());

const property = async (name: string) =>
  (await system.mustRun("systemctl", "show", "--value", "-p", name, unit)).trim();

const log = () => system.mustRun("journalctl", "--no-pager", "-o", "cat", "-u", unit);

const getJson = (url: string) =>
  system.evaluate(`
    const options = { tls: { rejectUnauthorized: false } };
    return (await fetch("${url}", options)).json();`);

async function dropIn(name: string, ...lines: string[]): Promise<void> {
  await system.mustRun("mkdir", "-p", dropIns);
  writeFileSync(system.path(`${dropIns}/${name}.conf`), `[Service]\n${lines.join("\n")}\n`);
  await system.mustRun("systemctl", "daemon-reload");
}

test.concurrent.each(["amd64", "arm64"])(
  "lintian has nothing to say about the package for %s",
  async (name) => {
    const command = ["lintian", "--allow-root", releaseFile(`_${name}.deb`)];
    const child = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
    expect({ output: await child.stdout.text(), exitCode: await child.exited }).toEqual({
      output: "",
      exitCode: 0,
    });
  },
  60_000,
);

// One after the other: each goes on where the one before has ended.
describe.skipIf(!isRoot)("on a system", () => {
  test("installs, and starts nothing by itself", async () => {
    await Bun.write(system.path("/tmp/package.deb"), Bun.file(releaseFile("_amd64.deb")));
    const said = await system.mustRun("dpkg", "--install", "/tmp/package.deb");
    expect(said).toContain("Setting up veyon-webapi");
    expect(await system.mustRun("veyon-webapi", "--version")).toBe(`${version}\n`);
    expect((await system.run("dpkg", "--verify", "veyon-webapi")).output).toBe("");
    expect((await system.run("systemctl", "is-enabled", unit)).output.trim()).toBe("disabled");
    expect(await property("ActiveState")).toBe("inactive");
    const page = await system.mustRun("man", "--warnings", "-P", "cat", "veyon-webapi");
    for (const part of ["NAME", "--set", "OPTIONS OF CHECK", "EXIT STATUS"])
      expect(page).toContain(part);
  });

  test("systemd finds the unit in order and well guarded", async () => {
    const path = `/usr/lib/systemd/system/${unit}`;
    const verified = await system.run("systemd-analyze", "--man=no", "verify", path);
    expect(verified).toEqual({ exitCode: 0, output: "" });
    const guarded = await system.run("systemd-analyze", "security", "--threshold=20", unit);
    expect(guarded.exitCode).toBe(0);
    expect(await property("MemoryDenyWriteExecute")).toBe("no");
  });

  test("knows the tokens that root makes, before the first start and later, and no revoked one", async () => {
    const file = "/var/lib/veyon-webapi/tokens.json";
    const token = async (action: string, ...options: string[]) => {
      const set = ["--set", `WebAPI/AccessTokensFile=${file}`];
      const said = await system.mustRun("veyon-webapi", "token", action, ...set, ...options);
      return said.split("\n")[0];
    };
    const statusFor = (secret: string) =>
      system.evaluate(`
        const headers = { Authorization: "Bearer ${secret}" };
        const url = "http://127.0.0.1:11080/api/v1/hoststate/127.0.0.1:11080";
        return (await fetch(url, { headers })).status;`);
    await system.mustRun("install", "-d", "-m", "700", "/var/lib/veyon-webapi");
    const first = await token("create", "--name", "first", "--scopes", "view");
    writeFileSync(system.path(configuration), `[WebAPI]\nAccessTokensFile=${file}\n`);
    await system.mustRun("systemctl", "start", unit);
    expect([await statusFor(first), await statusFor("none")]).toEqual([200, 401]);
    const later = await token("create", "--name", "later", "--scopes", "view");
    await until("the later token", async () => (await statusFor(later)) === 200);
    await token("revoke", "--name", "first");
    await until("the end of the first", async () => (await statusFor(first)) === 401);
    expect(await statusFor(later)).toBe(200);
    writeFileSync(system.path(configuration), "[WebAPI]\n");
    await system.mustRun("systemctl", "stop", unit);
  });

  test("starts when it is ready, as a user of its own, and tells hosts that are on from others", async () => {
    await system.mustRun("systemctl", "start", unit);
    expect(await property("ActiveState")).toBe("active");
    expect(await log()).toContain(`configuration read" source=${configuration} settings=none`);
    const status = readFileSync(system.path(`/proc/${await property("MainPID")}/status`), "utf8");
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)![1])).toBeGreaterThan(60_000);
    const state = (host: string) => getJson(`http://127.0.0.1:11080/api/v1/hoststate/${host}`);
    expect(await state("127.0.0.1:11080")).toEqual({ state: "online" });
    // Nothing listens there, but it answers a ping.
    expect(await state("127.0.0.1")).toEqual({ state: "up" });
    expect(await state("192.0.2.1")).toEqual({ state: "down" });
  });

  test("a server that hangs is started anew by the watchdog", async () => {
    await dropIn("watchdog", "WatchdogSec=1");
    await system.mustRun("systemctl", "restart", unit);
    const pid = await property("MainPID");
    await system.mustRun("kill", "-STOP", pid);
    await until("another process", async () => (await property("NRestarts")) === "1", 30_000);
    await until("the server", async () => (await property("ActiveState")) === "active", 30_000);
    expect(await property("MainPID")).not.toBe(pid);
    await system.mustRun("rm", "-r", dropIns);
  });

  test("HTTPS on port 443, with a key that only root can read", async () => {
    const files = {
      "tls.crt": certificates.both.certificate,
      "tls.key": certificates.both.privateKey,
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(system.path(`/etc/veyon-webapi/${name}`), text, { mode: 0o600 });
    }
    await system.mustRun("chmod", "644", "/etc/veyon-webapi/tls.crt");
    const example = "/usr/share/doc/veyon-webapi/examples/tls.conf";
    await system.mustRun("install", "-D", "-m", "644", example, `${dropIns}/tls.conf`);
    writeFileSync(system.path(configuration), "[WebAPI]\nHttpServerPort=443\n");
    await system.mustRun("systemctl", "daemon-reload");
    await system.mustRun("systemctl", "restart", unit);
    const url = "https://127.0.0.1/api/v1/hoststate/127.0.0.1:443";
    expect(await getJson(url)).toEqual({ state: "online" });
  });

  test("settings that cannot be used are said in the log, and not tried again", async () => {
    writeFileSync(system.path(configuration), "[WebAPI]\nHttpServerPort=none\n");
    expect((await system.run("systemctl", "restart", unit)).exitCode).not.toBe(0);
    expect(await property("ExecMainStatus")).toBe("2");
    expect(await property("NRestarts")).toBe("0");
    expect(await log()).toContain("wanted a whole number from 0 to 65535");
  });

  test("stops by itself", async () => {
    writeFileSync(system.path(configuration), "[WebAPI]\nHttpServerPort=443\n");
    await system.mustRun("systemctl", "enable", "--now", unit);
    await system.mustRun("systemctl", "stop", unit);
    expect(await property("Result")).toBe("success");
    expect(await log()).toContain('event="server stopped"');
  });

  test("removes and purges what it has brought, a running service as well, and no key of somebody's", async () => {
    await system.mustRun("systemctl", "start", unit);
    const brought = (await system.mustRun("dpkg", "--listfiles", "veyon-webapi"))
      .trim()
      .split("\n")
      .filter((path) => !statSync(system.path(path)).isDirectory());
    expect(brought).toContain("/usr/bin/veyon-webapi");
    const purged = await system.run("dpkg", "--purge", "veyon-webapi");
    expect(purged.exitCode).toBe(0);
    expect(await property("ActiveState")).toBe("inactive");
    expect(await property("LoadState")).toBe("not-found");
    const wanted = "/etc/systemd/system/multi-user.target.wants/veyon-webapi.service";
    expect([...brought, wanted].filter((path) => existsSync(system.path(path)))).toEqual([]);
    expect(existsSync(system.path("/etc/veyon-webapi/tls.key"))).toBeTrue();
  });
});
