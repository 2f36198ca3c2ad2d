/** An archive for one platform: .zip for Windows, .tar.gz for the others, with one folder in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { programName, type Target } from "../build/targets.ts";
import { exampleConfiguration } from "./example-configuration.ts";
import type { ReleaseParts } from "./release-parts.ts";
import { run } from "./run.ts";
import { stage, type StagedFiles } from "./staged-files.ts";

const root = resolve(import.meta.dir, "../..");

/** Writes it into `folder` and returns its file name. */
export async function makeArchive(
  parts: ReleaseParts,
  target: Target,
  folder: string,
): Promise<string> {
  const name = `veyon-webapi-${parts.version}-${target.name}`;
  const isZip = target.name.startsWith("windows");
  const file = `${name}${isZip ? ".zip" : ".tar.gz"}`;
  const parent = mkdtempSync(join(tmpdir(), "veyon-webapi-archive-"));
  try {
    stage(join(parent, name), archiveFiles(parts, target), parts.date);
    const command = isZip ? zip(join(folder, file), name) : tarGz(join(folder, file), name);
    await run(command, { cwd: parent });
  } finally {
    rmSync(parent, { recursive: true });
  }
  return file;
}

function archiveFiles(parts: ReleaseParts, target: Target): StagedFiles {
  return {
    [programName(target)]: { copyOf: parts.program, isProgram: true },
    LICENSE: { copyOf: join(root, "LICENSE") },
    "README.md": { copyOf: join(root, "deploy", "README.md") },
    "THIRD-PARTY.md": { text: parts.thirdParty },
    "CHANGELOG.md": { text: parts.changelog },
    "veyon-webapi.conf.example": { text: exampleConfiguration() },
    "grafana/veyon-webapi.json": { copyOf: join(root, "deploy", "grafana/veyon-webapi.json") },
    ...platformFiles(parts, target),
  };
}

function platformFiles({ manPage }: ReleaseParts, { name }: Target): StagedFiles {
  const from = (path: string) => ({ copyOf: join(root, "deploy", path) });
  if (name.startsWith("windows")) {
    return { "install-service.ps1": from("windows/install-service.ps1") };
  }
  const page = { "veyon-webapi.1": { text: manPage } };
  if (!name.startsWith("linux")) return page;
  return {
    ...page,
    "systemd/veyon-webapi.service": from("systemd/veyon-webapi.service"),
    "systemd/tls.conf": from("systemd/tls.conf"),
    "container/Containerfile": from("container/Containerfile"),
    "proxy/nginx.conf": from("proxy/nginx.conf"),
    "proxy/haproxy.cfg": from("proxy/haproxy.cfg"),
    "proxy/Caddyfile": from("proxy/Caddyfile"),
  };
}

function tarGz(file: string, folder: string): string[] {
  const sameEverywhere = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
  return ["tar", ...sameEverywhere, "-I", "gzip -n", "-cf", file, folder];
}

function zip(file: string, folder: string): string[] {
  return ["zip", "-q", "-X", "-D", "-r", file, folder];
}
