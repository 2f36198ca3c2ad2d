/** Which tests can notice a change of a source: those that import it, directly or not. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseSync } from "oxc-parser";

export class TestSelection {
  readonly #root: string;
  /** The sources that each test file comes to, by its path. */
  readonly #reached = new Map<string, ReadonlySet<string>>();
  readonly #imports = new Map<string, readonly string[]>();

  /** `folder` is one of tests, below the root; all paths are relative to that. */
  constructor(root: string, folder: string) {
    this.#root = root;
    const files = new Bun.Glob(`${folder}/**/*.test.ts`).scanSync(root);
    for (const file of [...files].sort()) this.#reached.set(file, this.#reach(file));
  }

  testsOf(source: string): string[] {
    return [...this.#reached].filter(([, sources]) => sources.has(source)).map(([test]) => test);
  }

  #reach(test: string): Set<string> {
    const reached = new Set([test]);
    // What is added while it goes on is visited as well.
    for (const file of reached) for (const each of this.#importsOf(file)) reached.add(each);
    return reached;
  }

  #importsOf(file: string): readonly string[] {
    const known = this.#imports.get(file);
    if (known !== undefined) return known;
    const path = join(this.#root, file);
    const imports = importedFiles(path).map((each) => relative(this.#root, each));
    this.#imports.set(file, imports);
    return imports;
  }
}

/** The project's own sources that a file imports. */
function importedFiles(path: string): string[] {
  const { module } = parseSync(path, readFileSync(path, "utf8"));
  const requests = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  const own = requests.filter((request) => /^\.{1,2}\/.*\.ts$/.test(request));
  return [...new Set(own)].map((request) => join(dirname(path), request));
}
