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
  // Programs that show what has been typed, clicked and copied, and viewers of VNC.
  "xterm",
  "x11-utils",
  "xclip",
  "gvncviewer",
  "tigervnc-viewer",
  // What reads the pictures of cameras.
  "ffmpeg",
  "python3-opencv",
  "iputils-ping",
  "iproute2",
  // For the examples.
  "curl",
  "python3",
  // Archives, and the Debian package on a system of its own.
  "unzip",
  "zip",
  "lintian",
  "man-db",
  "systemd",
  // Programs for other platforms.
  "gcc",
  "libc6-arm64-cross",
  "libstdc++6",
  "musl",
  "qemu-user",
  // promtool, which judges metrics.
  "prometheus",
  // What stands in front of the server.
  "caddy",
  "haproxy",
  "nginx",
];

/**
 * Packages that start something when they are installed, which the tests do by themselves, and its
 * name.
 */
const services: Readonly<Record<string, string>> = {
  "veyon-service": "veyon",
  prometheus: "prometheus",
  caddy: "caddy",
  haproxy: "haproxy",
  nginx: "nginx",
};

/**
 * Of the wanted packages those that `dpkg-query` does not show as installed; its lines are `status
 * package`.
 */
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
  // This computer itself must not become a host or a proxy by the way.
  if (existsSync("/run/systemd/system")) {
    const unwanted = missing.flatMap((name) => services[name] ?? []);
    for (const name of unwanted) run(["systemctl", "mask", `${name}.service`]);
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
