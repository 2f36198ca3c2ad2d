import { existsSync } from "node:fs";
import { debianPackages } from "../test/real/support/requirements.ts";

/**
 * What the tests need beside npm's packages: real hosts and the reference, independent decoders, a
 * browser, ping, networks.
 */
export const testPackages: readonly string[] = [
  ...debianPackages,
  "pngcheck",
  "netpbm",
  "libjpeg-turbo-progs",
  "chromium",
  "iputils-ping",
  "iproute2",
];

/** Of the wanted packages those that `dpkg-query` does not show as installed; its lines are `status package`. */
export function missingPackages(wanted: readonly string[], dpkgLines: string): string[] {
  const installed = new Set(
    dpkgLines.split("\n").flatMap((line) => /^installed (\S+)$/.exec(line)?.[1] ?? []),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Whether the packages are there now; "unavailable": this is no Debian, or we may not install. */
export function installTestPackages(): "installed" | "failed" | "unavailable" {
  if (Bun.which("dpkg-query") === null || Bun.which("apt-get") === null) {
    console.log(`This is no Debian: the tests that need ${testPackages.join(", ")} cannot run`);
    return "unavailable";
  }
  const missing = findMissing();
  if (missing.length === 0) return "installed";
  const apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"];
  const command = [...apt, "install", "-y", "--no-install-recommends", ...missing];
  if (process.getuid?.() !== 0) {
    console.log(`Some tests cannot run; as root: ${command.join(" ")}`);
    return "unavailable";
  }
  console.log(`Installing ${missing.join(", ")}`);
  // The tests start hosts of their own; this computer itself must not become one by the way.
  if (missing.includes("veyon-service") && existsSync("/run/systemd/system")) {
    run(["systemctl", "mask", "veyon.service"]);
  }
  run([...apt, "update"]);
  run(command);
  return findMissing().length === 0 ? "installed" : "failed";
}

function findMissing(): string[] {
  const format = "-f=${db:Status-Status} ${Package}\n";
  const { stdout } = Bun.spawnSync(["dpkg-query", "-W", format, ...testPackages]);
  return missingPackages(testPackages, stdout.toString());
}

function run(command: string[]): void {
  Bun.spawnSync(command, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "inherit", "inherit"],
  });
}
