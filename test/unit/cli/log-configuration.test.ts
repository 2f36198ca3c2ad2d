import { expect, test } from "bun:test";
import { logConfiguration } from "../../../src/cli/log-configuration.ts";
import type { LoadedSettings } from "../../../src/config/load-settings.ts";
import { settingNames } from "../../../src/config/settings-schema.ts";
import { createLogger } from "../../../src/log/logger.ts";

function linesFor(given: Partial<LoadedSettings["sources"]>, files: readonly string[]): string[] {
  const lines: string[] = [];
  const log = createLogger({ level: "info", sink: (line) => void lines.push(line) });
  const atDefault = Object.fromEntries(
    settingNames.map((name) => [name, { text: "secret", source: "default" }]),
  );
  const sources = { ...atDefault, ...given } as LoadedSettings["sources"];
  logConfiguration(log, { sources, files, adjustments: [] });
  return lines.map((line) => line.replace(/^.* event="configuration read" /, ""));
}

const veyonFile = "/etc/xdg/Veyon Solutions/Veyon.conf";

test("each source with the settings that it gives, and none of their values", () => {
  const given = {
    httpServerPort: { text: "secret", source: veyonFile },
    connectionLimit: { text: "secret", source: veyonFile },
    logLevel: { text: "secret", source: "--set" },
  };
  expect(linesFor(given, [veyonFile])).toEqual([
    `source="${veyonFile}" settings="WebAPI/HttpServerPort WebAPI/ConnectionLimit"`,
    "source=--set settings=WebAPI/LogLevel",
  ]);
});

test("a file of which nothing is in effect", () => {
  expect(linesFor({}, ["/etc/own.conf"])).toEqual(["source=/etc/own.conf settings=none"]);
});

test("nothing at all", () => {
  expect(linesFor({}, [])).toEqual(['source="defaults alone"']);
});
