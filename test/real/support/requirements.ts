/** Program, and the Debian package that has it. */
const programs = {
  "veyon-server": "veyon-service",
  "veyon-cli": "veyon-service",
  x11vnc: "x11vnc",
  Xvfb: "xvfb",
  convert: "imagemagick",
  "dbus-daemon": "dbus-daemon",
  openssl: "openssl",
  ip: "iproute2",
  unshare: "util-linux",
  nsenter: "util-linux",
  setpriv: "util-linux",
  taskset: "util-linux",
};

/**
 * File below /usr/lib, and its package. Without the first every Veyon program aborts: "RSA not
 * supported".
 */
const libraries = {
  "*/qca-qt5/crypto/libqca-ossl.so": "libqca-qt5-2-plugins",
  "*/veyon/webapi.so": "veyon-plugins",
};

/**
 * What to install on Debian 12, besides being root, to run real hosts. The fonts are for the
 * desktops drawn on them.
 */
export const debianPackages: string[] = [
  ...new Set([...Object.values(programs), ...Object.values(libraries), "fonts-dejavu-core"]),
];

/**
 * What this machine lacks to run real Veyon hosts; empty when it can. For titles of tests, so that
 * a skipped test says why: `describe.skipIf(missing.length > 0)(title("real hosts"), ...)`.
 */
export const missing: string[] = [...missingPrograms(), ...missingLibraries(), ...missingRights()];

/** `name`, and what is missing, if anything is. */
export function title(name: string): string {
  return missing.length === 0 ? name : `${name} (skipped, missing: ${missing.join(", ")})`;
}

function missingPrograms(): string[] {
  return Object.entries(programs)
    .filter(([program]) => Bun.which(program) === null)
    .map(([program, debianPackage]) => `${program} of package ${debianPackage}`);
}

function missingLibraries(): string[] {
  return Object.entries(libraries)
    .filter(([file]) => new Bun.Glob(file).scanSync("/usr/lib").next().done)
    .map(([, debianPackage]) => `package ${debianPackage}`);
}

function missingRights(): string[] {
  if (Bun.which("unshare") === null) return [];
  const namespaces = ["--mount", "--pid", "--ipc", "--fork", "--mount-proc"];
  const { success } = Bun.spawnSync(["unshare", ...namespaces, "true"]);
  return success ? [] : ["the right to make mount, process and memory namespaces (root)"];
}
