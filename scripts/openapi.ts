/**
 * Writes the document of the API as the program serves it into docs/openapi.json:
 *
 *     bun scripts/openapi.ts [--check]
 *
 * With --check (in `npm test`) it says how the file differs instead, and fails if it does.
 */
import { join, resolve } from "node:path";
import { serve } from "../src/cli/serve.ts";
import { loadSettings } from "../src/config/load-settings.ts";
import { noSources } from "../src/config/settings-sources.ts";
import { createLogger } from "../src/log/logger.ts";

const root = resolve(import.meta.dir, "..");
const file = join(root, "docs", "openapi.json");

const served = await servedDocument();
if (process.argv.includes("--check")) {
  const differences = differing(await Bun.file(file).json(), served);
  for (const place of differences) console.error(`docs/openapi.json is not as served: ${place}`);
  if (differences.length > 0) {
    console.error("`npm run openapi` writes it anew");
    process.exit(1);
  }
} else {
  await Bun.write(file, JSON.stringify(served, null, 2));
  const { exitCode } = Bun.spawnSync([process.execPath, "fmt", file], { cwd: root });
  process.exit(exitCode);
}

/** By a server with all settings at their defaults. */
async function servedDocument(): Promise<unknown> {
  const none = { veyonConfigFile: null, configFile: null, flags: [] };
  const { values } = loadSettings(none, noSources);
  const settings = { ...values, httpServerPort: 0, bindAddress: "127.0.0.1" };
  const server = await serve(settings, createLogger({ level: "error", sink: console.error }));
  try {
    return await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
  } finally {
    await server.stop();
  }
}

/** The places, as paths of keys, where two values of JSON differ. */
function differing(found: unknown, wanted: unknown, place = ""): string[] {
  if (Bun.deepEquals(found, wanted)) return [];
  if (!isObject(found) || !isObject(wanted)) return [place];
  const keys = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => differing(found[key], wanted[key], `${place}/${key}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
