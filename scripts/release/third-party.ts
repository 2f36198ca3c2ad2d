/** What the program holds of others, and under which licences: THIRD-PARTY.md of a release. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");

/** What a package does not tell by its own licence files. */
const notices: Readonly<Record<string, string>> = {
  "@novnc/novnc": "novnc.md",
  bun: "bun.md",
  imagescript: "imagescript.md",
};

/** Texts that stand elsewhere in a package; of a script its first comment. */
const furtherTexts: Readonly<Record<string, readonly string[]>> = {
  "@novnc/novnc": ["AUTHORS", "docs/LICENSE.MPL-2.0", "vendor/pako/LICENSE", "core/crypto/des.js"],
};

/**
 * A section for each package that one of `files` belongs to (paths with node_modules in them), and
 * for Bun, which runs them. Throws Error when there is no licence to name.
 */
export function thirdPartyText(files: readonly string[]): string {
  const byPackage = Map.groupBy(files, packageOf).set("bun", []);
  const sections = [...byPackage.keys()].sort().map((name) => section(name, byPackage.get(name)!));
  const head = "# Third-party software in veyon-webapi\n\nveyon-webapi itself: see LICENSE.\n";
  return `${[head, ...sections].join("\n")}`;
}

/** `.../node_modules/@hono/node-server/dist/index.mjs` belongs to `@hono/node-server`. */
export function packageOf(file: string): string {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  if (name !== undefined) return name;
  throw new Error(`Cannot tell the package of ${file}`);
}

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly repository?: string | { readonly url: string };
}

function section(name: string, files: readonly string[]): string {
  const folder = join(root, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const licence = manifest.license?.replace(/^\((.*)\)$/, "$1") ?? "see below";
  const notice = notices[name] === undefined ? [] : [readNotice(notices[name])];
  const further = furtherTexts[name]?.map((file) => join(folder, file)) ?? [];
  const paths = [...licenceFiles(folder), ...further, ...bundledLicences(files)];
  const texts = paths.map((path) => quote(readText(path)));
  const parts = [...notice, ...texts];
  if (parts.length === 0) parts.push(describeManifest(folder, manifest));
  return [`## ${name} ${manifest.version} (${licence})\n`, ...parts].join("\n");
}

/** For a package that has its licence by name only. */
function describeManifest(folder: string, { license, author, repository }: Manifest): string {
  const by = typeof author === "object" ? author.name : author;
  const url = typeof repository === "object" ? repository.url : repository;
  if (license === undefined || url === undefined) {
    throw new Error(
      `Cannot find a licence in ${folder}: wanted LICENSE, or its name and a repository`,
    );
  }
  const whose = by === undefined ? "" : `By ${by}, `;
  return `${whose}under the licence ${license}; the package has no text of it. Source: ${url}\n`;
}

/** Of imagescript's two licences that one which is used. */
function licenceFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) =>
    /^(licen[cs]e|notice)(\.(md|txt|MIT))?$/i.test(name),
  );
  const chosen = names.includes("LICENSE.MIT") ? ["LICENSE.MIT"] : names;
  return chosen.map((name) => join(folder, name));
}

/** What a packed file holds of others, which stands beside it. */
function bundledLicences(files: readonly string[]): string[] {
  return files
    .map((file) => resolve(root, `${file}.LICENSE.txt`))
    .filter((path) => existsSync(path));
}

/** Throws Error when a script begins with something else than a comment. */
function readText(path: string): string {
  const text = readFileSync(path, "utf8");
  if (!path.endsWith(".js")) return text;
  const comment = /^\/\*(.*?)\*\//s.exec(text)?.[1];
  if (comment === undefined) throw new Error(`Cannot find a licence in ${path}: wanted a comment`);
  return comment.replaceAll(/^ \* ?/gm, "");
}

function readNotice(file: string): string {
  return readFileSync(join(import.meta.dir, "notices", file), "utf8");
}

function quote(text: string): string {
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  return `${lines.map((line) => (line === "" ? ">" : `> ${line}`)).join("\n")}\n`;
}
