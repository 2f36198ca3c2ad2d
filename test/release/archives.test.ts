/** What `npm run release` leaves in dist/release, and what it refuses. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { targets } from "../../scripts/build/targets.ts";
import { version } from "../../src/version.ts";
import {
  releaseFile,
  releaseFiles,
  releaseIfOld,
  releaseTimeoutMs,
  root,
} from "./support/release.ts";

beforeAll(releaseIfOld, releaseTimeoutMs);

const snapshot = `veyon-webapi-${version}-snapshot`;

function output(command: readonly string[], cwd = root): string {
  const { stdout, stderr } = Bun.spawnSync([...command], { cwd });
  return `${stdout.toString()}${stderr.toString()}`.trim();
}

test("there is an archive for each platform, Debian's packages, sums and notes", () => {
  expect(releaseFiles()).toEqual(
    [
      "RELEASE-NOTES.md",
      "SHA256SUMS",
      ...targets.map(
        ({ name }) => `${snapshot}-${name}.${name === "windows-x64" ? "zip" : "tar.gz"}`,
      ),
      `veyon-webapi_${version}~snapshot-1_amd64.deb`,
      `veyon-webapi_${version}~snapshot-1_arm64.deb`,
    ].sort(),
  );
});

test("the sums are right, and name every file", () => {
  const sums = releaseFile("SHA256SUMS");
  const { exitCode } = Bun.spawnSync(["sha256sum", "--check", "--strict", "--quiet", sums], {
    cwd: dirname(sums),
  });
  expect(exitCode).toBe(0);
  const named = readFileSync(sums, "utf8").trim().split("\n");
  expect(named).toHaveLength(targets.length + 2);
});

test("the notes are those of the changelog", () => {
  const notes = readFileSync(releaseFile("RELEASE-NOTES.md"), "utf8");
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  expect(notes.length).toBeGreaterThan(100);
  expect(changelog).toContain(`## ${version} - `);
  expect(changelog).toContain(notes.trim());
});

describe("an archive", () => {
  const common = [
    "LICENSE",
    "THIRD-PARTY.md",
    "README.md",
    "CHANGELOG.md",
    "veyon-webapi.conf.example",
    "grafana/veyon-webapi.json",
  ];

  test.each([
    [
      "linux-x64.tar.gz",
      [
        ...common,
        "veyon-webapi",
        "veyon-webapi.1",
        "systemd/veyon-webapi.service",
        "container/Containerfile",
        "proxy/nginx.conf",
      ],
    ],
    ["darwin-arm64.tar.gz", [...common, "veyon-webapi", "veyon-webapi.1"]],
    ["windows-x64.zip", [...common, "veyon-webapi.exe", "install-service.ps1"]],
  ])("for %s has one folder with what is needed", (ending, wanted) => {
    const file = releaseFile(`-snapshot-${ending}`);
    const list = ending.endsWith("zip") ? ["zipinfo", "-1", file] : ["tar", "-tzf", file];
    const folder = `${snapshot}-${ending.replace(/\..*/, "")}/`;
    const names = output(list).split("\n");
    expect(names.filter((name) => !name.startsWith(folder))).toEqual([]);
    const found = names.map((name) => name.slice(folder.length));
    for (const name of wanted) expect(found).toContain(name);
  });

  test("runs where it is unpacked, and names who has made the parts", () => {
    const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-unpacked-"));
    try {
      output(["tar", "-xzf", releaseFile("-snapshot-linux-x64.tar.gz"), "-C", directory]);
      const folder = join(directory, `${snapshot}-linux-x64`);
      expect(output([join(folder, "veyon-webapi"), "--version"], "/")).toBe(version);
      const parts = readFileSync(join(folder, "THIRD-PARTY.md"), "utf8");
      for (const name of ["@hono/node-server", "bun", "hono", "imagescript", "zod"]) {
        expect(parts).toMatch(new RegExp(`^## ${name} \\d`, "m"));
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the release is refused", () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "veyon-webapi-refused-"));
    for (const name of ["package.json", "CHANGELOG.md", "src", "scripts"]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, ".gitignore"), "node_modules\n");
    output(["git", "init", "-q"], copy);
    commit();
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  const release = (...args: string[]) =>
    output([process.execPath, "scripts/release.ts", ...args], copy);

  function commit(): void {
    output(["git", "add", "-A"], copy);
    const author = ["-c", "user.name=test", "-c", "user.email=test@test.invalid"];
    output(["git", ...author, "commit", "-q", "-m", "test"], copy);
  }

  function changelog(text: string): void {
    writeFileSync(join(copy, "CHANGELOG.md"), text);
    commit();
  }

  test("for a target that there is none of", () => {
    expect(release("--target", "amiga")).toMatch(
      /^Unknown target amiga: wanted linux-x64, .*darwin-x64$/,
    );
  });

  test("for a version that the changelog does not have", () => {
    changelog("# Changelog\n\n## 0.0.1 - 2026-01-01\n\n- Old.\n");
    const message = `Cannot release ${version}: CHANGELOG.md has no heading "## ${version} - DATE"`;
    expect(release()).toBe(message);
    expect(release("--snapshot")).toBe(message);
  });

  test("for a version without a date", () => {
    changelog(`# Changelog\n\n## ${version} - unreleased\n\n- New.\n`);
    expect(release()).toBe(
      `Cannot release ${version}: it has no date in CHANGELOG.md; wanted YYYY-MM-DD`,
    );
  });

  test("for a working tree with changes", () => {
    changelog(`# Changelog\n\n## ${version} - 2026-01-01\n\n- New.\n`);
    writeFileSync(join(copy, "new.txt"), "new");
    expect(release()).toBe("Cannot release: these files are not as in the last commit\n?? new.txt");
  });
});
