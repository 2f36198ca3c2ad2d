/**
 * The TypeScript client. Without a flag makes what of it is generated out of docs/openapi.json, in
 * client/src/generated, which is in no commit: much of it is the generator's own code.
 *
 *     bun scripts/client.ts [--build]
 *
 * With --build it also makes what `npm pack` packs, in client/dist.
 */
import { copyFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import document from "../docs/openapi.json" with { type: "json" };

const root = resolve(import.meta.dir, "..");
const generated = join(root, "client", "src", "generated");

/** The plumbing that is generated beside the types is not as strict as we are. */
const header = ["// Made by `npm run client`.", "// @ts-nocheck"];

await generate(generated);
if (process.argv.includes("--build")) await build();

async function generate(folder: string): Promise<void> {
  await createClient({
    input: join(root, "docs", "openapi.json"),
    output: { path: folder, module: { extension: ".ts" }, header },
    plugins: ["@hey-api/client-fetch", "@hey-api/sdk", "@hey-api/typescript"],
    logs: { level: "silent", file: false },
  });
  await Bun.write(join(folder, "features.gen.ts"), featuresModule());
}

/** The UUIDs of features by their names, and the types of their arguments. */
function featuresModule(): string {
  const { put } = document.paths["/api/v1/feature/{uid}"];
  const { enum: uids, "x-enum-varnames": names } = put.parameters[0].schema;
  const withArguments: Readonly<Record<string, unknown>> = put["x-feature-arguments"];
  const entries = uids.map((uid, index) => ({ uid, name: names[index] }));
  const typed = entries.filter(({ uid }) => uid in withArguments);
  const types = typed.map(({ name }) => `${name}Arguments`);
  return `${header.join("\n")}
import type { ${types.join(", ")} } from "./types.gen.ts";

/** The UUIDs of the features that can be started. */
export const featureUids = {
${entries.map(({ name, uid }) => `  ${name}: "${uid}",`).join("\n")}
} as const;

/** The arguments of those that have some. */
export interface FeatureArguments {
${typed.map(({ name }) => `  ${name}: ${name}Arguments;`).join("\n")}
}
`;
}

/** One module for every runtime with fetch, and its types. */
async function build(): Promise<void> {
  const client = join(root, "client");
  rmSync(join(client, "dist"), { recursive: true, force: true });
  await Bun.build({
    entrypoints: [join(client, "src", "veyon-webapi.ts")],
    outdir: join(client, "dist"),
    target: "browser",
    format: "esm",
  });
  copyFileSync(join(root, "LICENSE"), join(client, "dist", "LICENSE"));
  // The plumbing is copied out of it.
  const generator = join(root, "node_modules", "@hey-api", "openapi-ts");
  copyFileSync(join(generator, "LICENSE.md"), join(client, "dist", "LICENSE-openapi-ts.md"));
  run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", client);
}

function run(...command: string[]): void {
  const { exitCode } = Bun.spawnSync(command, { cwd: root, stdio: ["ignore", 2, 2] });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} has failed`);
}
