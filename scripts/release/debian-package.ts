/** The .deb: program, service, example configuration, manual page. Made by dpkg-deb. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { exampleConfiguration } from "./example-configuration.ts";
import type { ReleaseParts } from "./release-parts.ts";
import { run } from "./run.ts";
import { stage, type StagedFiles } from "./staged-files.ts";

const deploy = resolve(import.meta.dir, "../../deploy");

/** Debian's names of the targets that there is a package for; others have musl or are no Linux. */
const architectures: Readonly<Record<string, string>> = {
  "linux-x64": "amd64",
  "linux-arm64": "arm64",
};

export function debianArchitecture(targetName: string): string | null {
  return architectures[targetName] ?? null;
}

/** Nobody reads mail to it: .invalid is reserved for that (RFC 2606). */
const maintainer = "The veyon-webapi maintainers <nobody@veyon-webapi.invalid>";

/**
 * Writes it into `folder` and returns its file name. `version`: of the release; 1.0.0-rc.1 comes
 * before 1.0.0.
 */
export async function makeDebianPackage(
  parts: ReleaseParts,
  architecture: string,
  folder: string,
): Promise<string> {
  const version = `${parts.version.replace("-", "~")}-1`;
  const name = `veyon-webapi_${version}_${architecture}.deb`;
  const root = mkdtempSync(join(tmpdir(), "veyon-webapi-deb-"));
  try {
    const content = contentFiles(parts, version);
    stage(root, content, parts.date);
    stage(root, controlFiles(content, version, architecture), parts.date);
    // Every dpkg reads xz; its higher levels take minutes.
    const options = ["--root-owner-group", "-Zxz", "-z1", "--build"];
    await run(["dpkg-deb", ...options, root, join(folder, name)]);
  } finally {
    rmSync(root, { recursive: true });
  }
  return name;
}

function contentFiles(parts: ReleaseParts, version: string): StagedFiles {
  const doc = "usr/share/doc/veyon-webapi";
  const changes = `veyon-webapi (${version}) stable; urgency=medium\n
  * ${parts.version}, see changelog.gz.\n
 -- ${maintainer}  ${parts.date.toUTCString().replace("GMT", "+0000")}\n`;
  return {
    "usr/bin/veyon-webapi": { copyOf: parts.program, isProgram: true },
    "usr/lib/systemd/system/veyon-webapi.service": {
      copyOf: join(deploy, "systemd/veyon-webapi.service"),
    },
    "etc/veyon-webapi/veyon-webapi.conf": { text: exampleConfiguration() },
    "usr/share/man/man1/veyon-webapi.1.gz": { text: gzip(parts.manPage) },
    "usr/share/lintian/overrides/veyon-webapi": {
      copyOf: join(deploy, "debian/lintian-overrides"),
    },
    [`${doc}/copyright`]: { copyOf: join(deploy, "debian/copyright") },
    [`${doc}/THIRD-PARTY.md.gz`]: { text: gzip(parts.thirdParty) },
    [`${doc}/changelog.gz`]: { text: gzip(parts.changelog) },
    [`${doc}/changelog.Debian.gz`]: { text: gzip(changes) },
    [`${doc}/examples/tls.conf`]: { copyOf: join(deploy, "systemd/tls.conf") },
    [`${doc}/examples/grafana.json`]: { copyOf: join(deploy, "grafana/veyon-webapi.json") },
    [`${doc}/examples/nginx.conf`]: { copyOf: join(deploy, "proxy/nginx.conf") },
    [`${doc}/examples/haproxy.cfg`]: { copyOf: join(deploy, "proxy/haproxy.cfg") },
    [`${doc}/examples/Caddyfile`]: { copyOf: join(deploy, "proxy/Caddyfile") },
  };
}

function controlFiles(content: StagedFiles, version: string, architecture: string): StagedFiles {
  const bytes = Object.values(content).reduce((sum, file) => sum + sizeOf(file), 0);
  const control = `Package: veyon-webapi
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${Math.ceil(bytes / 1024)}
Depends: libc6 (>= 2.17)
Recommends: iputils-ping
Section: net
Priority: optional
Description: REST API of the computers of a classroom that run Veyon
 An independent server for the REST API of Veyon's WebAPI plugin: programs that
 were written for that one work with it unchanged. It runs beside the Veyon
 Server of each computer, or once, as a proxy for a school.
`;
  return {
    "DEBIAN/control": { text: control },
    "DEBIAN/conffiles": { text: "/etc/veyon-webapi/veyon-webapi.conf\n" },
    "DEBIAN/md5sums": { text: md5Sums(content) },
    ...Object.fromEntries(
      ["postinst", "prerm", "postrm"].map((script) => [
        `DEBIAN/${script}`,
        { copyOf: join(deploy, "debian", script), isProgram: true },
      ]),
    ),
  };
}

/** dpkg --verify compares with these. */
function md5Sums(content: StagedFiles): string {
  const files = Object.entries(content).filter(([path]) => !path.startsWith("etc/"));
  const sum = (bytes: Uint8Array) => new Bun.CryptoHasher("md5").update(bytes).digest("hex");
  return files.map(([path, file]) => `${sum(bytesOf(file))}  ${path}\n`).join("");
}

function sizeOf(file: StagedFiles[string]): number {
  return bytesOf(file).byteLength;
}

function bytesOf(file: StagedFiles[string]): Uint8Array {
  return "text" in file ? Buffer.from(file.text as string) : readFileSync(file.copyOf);
}

function gzip(text: string): Uint8Array {
  return gzipSync(text, { level: 9 });
}
