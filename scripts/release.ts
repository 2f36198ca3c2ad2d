/**
 * Makes what is published, in dist/release: for each platform an archive with the program, its
 * licences and what it takes to install it, Debian packages, SHA256SUMS, and RELEASE-NOTES.md out
 * of CHANGELOG.md.
 *
 *     npm run release [-- --snapshot] [--target linux-arm64 ...]
 *
 * Needs Debian or its like (tar, gzip, zip, dpkg-deb), and npm for the Bun of each platform.
 * Refuses a working tree with changes and a version without a date in CHANGELOG.md, except with
 * --snapshot, which is for trying.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { helpText } from "../src/cli/help.ts";
import { version } from "../src/version.ts";
import { compile } from "./build/compile.ts";
import { failPlainly } from "./build/fail-plainly.ts";
import { findTarget, programName, type Target, targets } from "./build/targets.ts";
import { makeArchive } from "./release/archive.ts";
import { findChangelogEntry } from "./release/changelog.ts";
import { debianArchitecture, makeDebianPackage } from "./release/debian-package.ts";
import { manPage } from "./release/man-page.ts";
import type { ReleaseParts } from "./release/release-parts.ts";
import { run } from "./release/run.ts";
import { thirdPartyText } from "./release/third-party.ts";

const root = resolve(import.meta.dir, "..");
const folder = join(root, "dist", "release");

await failPlainly(release);

async function release(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: "string", multiple: true },
      snapshot: { type: "boolean", default: false },
    },
  });
  const wanted = values.target?.map(findTarget) ?? targets;
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const notes = await releaseNotes(changelog, values.snapshot);
  const common = {
    version: values.snapshot ? `${version}-snapshot` : version,
    date: new Date(Number(await git("log", "-1", "--format=%ct")) * 1000),
    changelog,
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const queue = wanted.values();
  const work = async () => {
    for (const target of queue) {
      const made = await releaseFor(target, common);
      console.log(made.join("\n"));
      files.push(...made);
    }
  };
  // One compiles while the other compresses.
  await Promise.all([work(), work()]);
  files.sort();
  writeFileSync(join(folder, "SHA256SUMS"), await run(["sha256sum", ...files], { cwd: folder }));
  writeFileSync(join(folder, "RELEASE-NOTES.md"), `${notes}\n`);
  console.log(`SHA256SUMS\nRELEASE-NOTES.md\n${common.version} is in ${folder}`);
}

/** Throws Error when there is nothing that could be released. */
async function releaseNotes(changelog: string, isSnapshot: boolean): Promise<string> {
  const entry = findChangelogEntry(changelog, version);
  if (entry === null) {
    throw new Error(
      `Cannot release ${version}: CHANGELOG.md has no heading "## ${version} - DATE"`,
    );
  }
  if (isSnapshot) return entry.text;
  if (entry.date === null) {
    throw new Error(`Cannot release ${version}: it has no date in CHANGELOG.md; wanted YYYY-MM-DD`);
  }
  const changed = await git("status", "--porcelain");
  if (changed !== "") {
    throw new Error(`Cannot release: these files are not as in the last commit\n${changed}`);
  }
  return entry.text;
}

type Common = Pick<ReleaseParts, "version" | "date" | "changelog">;

/** The names of the files made. */
async function releaseFor(target: Target, common: Common): Promise<string[]> {
  const program = join(root, "dist", target.name, programName(target));
  const packageFiles = await compile(target, program);
  const parts: ReleaseParts = {
    ...common,
    program,
    thirdParty: thirdPartyText(packageFiles),
    manPage: manPage(helpText, {
      version: common.version,
      date: common.date.toISOString().slice(0, 10),
    }),
  };
  const architecture = debianArchitecture(target.name);
  return Promise.all([
    makeArchive(parts, target, folder),
    ...(architecture === null ? [] : [makeDebianPackage(parts, architecture, folder)]),
  ]);
}

async function git(...parameters: string[]): Promise<string> {
  return (await run(["git", ...parameters], { cwd: root })).trim();
}
