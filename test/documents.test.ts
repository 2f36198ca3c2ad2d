/** What documents and comments point to is there. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { posix } from "node:path";

const root = new URL("../", import.meta.url).pathname;

/** Files of the repository, committed or about to be. */
const files = Bun.spawnSync(["git", "ls-files", "-co", "--exclude-standard"], { cwd: root })
  .stdout.toString()
  .split("\n")
  .filter((file) => file !== "" && readable(file));

const paths = new Set(
  files.flatMap((file) => {
    const parts = file.split("/");
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  }),
);

const documents = files.filter((file) => file.endsWith(".md"));
const sources = files.filter(
  (file) => /\.(ts|mjs)$/.test(file) && !/^(test\/fixtures|client\/src\/generated)\//.test(file),
);

/** What is not in the repository: made by a command, or somebody else's. */
const elsewhere = [
  /^dist\//,
  /^node_modules\//,
  /^(veyon|server|ca|teacher|access-tokens)\.(conf|json|crt|key|pem)$/,
  /^bench-result\.json$/,
  /^(RELEASE-NOTES|THIRD-PARTY|LICENSE)\.md$/,
];

function readable(file: string): boolean {
  try {
    readFileSync(root + file);
    return true;
  } catch {
    return false;
  }
}

/** Whether a name, written as a path or as its end, is that of a file or folder. */
function exists(name: string, from: string): boolean {
  const plain = name.replace(/^\.\//, "").replace(/\/$/, "");
  if (elsewhere.some((pattern) => pattern.test(name))) return true;
  if (paths.has(plain) || paths.has(posix.join(posix.dirname(from), name))) return true;
  return [...paths].some((path) => path.endsWith(`/${plain}`));
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): string[] {
  const headings = readFileSync(root + document, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(documents)("%s", (document) => {
  const text = readFileSync(root + document, "utf8");

  test("every relative link leads somewhere", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
    const broken = links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path, anchor] = target.split("#");
        const file = path === "" ? document : posix.join(posix.dirname(document), path);
        if (!paths.has(file.replace(/\/$/, ""))) return true;
        return anchor !== undefined && !anchorsOf(file).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  test("every file that is named is there", () => {
    const isPast = document === "CHANGELOG.md";
    const names = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|md|wasm|ya?ml|service))`/g)];
    const missing = names.map(([, name]) => name).filter((name) => !exists(name, document));
    expect(isPast ? [] : missing).toEqual([]);
  });
});

/** Comments of a source, a line each. */
function commentsOf(text: string): string[] {
  return text.split("\n").filter((line) => /^\s*(\/\/|\/\*\*|\*)/.test(line));
}

describe("comments", () => {
  test("name only files that are there", () => {
    const missing = sources.flatMap((source) => {
      const text = commentsOf(readFileSync(root + source, "utf8")).join("\n");
      const names = [...text.matchAll(/(?<![\w./-])([\w./-]+\.(?:ts|md))(?![\w])/g)];
      return names
        .map(([, name]) => name)
        .filter((name) => !exists(name, source))
        .map((name) => `${source}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test("end at column 100", () => {
    const long = sources.flatMap((source) =>
      commentsOf(readFileSync(root + source, "utf8"))
        .filter((line) => line.length > 100 && !line.includes("://"))
        .map((line) => `${source}: ${line.trim()}`),
    );
    expect(long).toEqual([]);
  });
});
