import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { runConfig } from "../../../src/cli/config.ts";
import { environmentVariable } from "../../../src/config/environment.ts";
import { settingNames, settingsSchema } from "../../../src/config/settings-schema.ts";
import { formatSettingsMarkdown } from "../../../src/config/settings-text.ts";
import type { SettingsSources } from "../../../src/config/settings-sources.ts";

const given = {
  veyonConfigFile: null,
  configFile: null,
  flags: [{ flag: "--port", key: "WebAPI/HttpServerPort", text: "8080" }],
};
const sources = sourcesWith("[WebAPI]\nConnectionLimit=64\n");

function sourcesWith(veyonFile: string): SettingsSources {
  return {
    systemVeyonFile: "/system/Veyon.conf",
    environment: { VEYON_WEBAPI_CONNECTION_LIFETIME: "0.5" },
    readFile: () => new TextEncoder().encode(veyonFile),
    expandPath: (path) => path.replace("%HOME%", "/root"),
  };
}

test("config shows value, source and meaning of every setting", () => {
  const lines = runConfig({ given, markdown: false }, sources).split("\n");
  expect(lines.filter((line) => /^\S/.test(line)).map((line) => line.split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ["WebAPI/HttpServerPort", "8080", "--port"],
      ["WebAPI/ConnectionLimit", "64", "/system/Veyon.conf"],
      ["WebAPI/ConnectionLifetime", "0.5 h", "VEYON_WEBAPI_CONNECTION_LIFETIME"],
      ["WebAPI/ConnectionIdleTimeout", "60 s", "default"],
      ["TLS/CaCertificateFile", "(none)", "default"],
    ]),
  );
  for (const name of settingNames) {
    const { key, meaning } = settingsSchema[name];
    const line = lines.findIndex((each) => each.startsWith(`${key} `));
    expect(lines[line + 1]).toBe(`    ${meaning}`);
    expect(lines[line + 2]).toContain(environmentVariable(key));
  }
});

test("config tells what of Veyon's own configuration is used otherwise, and paths as they are", () => {
  const veyons = sourcesWith(
    "[WebAPI]\nConnectionLimit=1000000\nTlsCertificateFile=%HOME%/tls.crt\n",
  );
  const text = runConfig({ given, markdown: false }, veyons);
  expect(text).toMatch(
    /^WebAPI\/ConnectionLimit +10000 +\/system\/Veyon.conf\n {4}found "1000000" there, wanted a whole number from 1 to 10000\n/m,
  );
  expect(text).toMatch(/^WebAPI\/TlsCertificateFile +\/root\/tls.crt +\/system\/Veyon.conf$/m);
  expect(text.match(/ there, /g)).toHaveLength(1);
});

test("config refuses what the server would refuse", () => {
  const flags = [{ flag: "--set", key: "WebAPI/LogLevel", text: "loud" }];
  expect(() => runConfig({ given: { ...given, flags }, markdown: false }, sources)).toThrow(
    "Cannot use WebAPI/LogLevel=loud from --set",
  );
});

test("config --markdown shows the defaults, whatever is in effect", () => {
  const table = runConfig({ given, markdown: true }, sources);
  expect(table).toBe(formatSettingsMarkdown());
  const rows = table
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows).toHaveLength(2 + settingNames.length);
  expect(rows[0]).toEqual(["", "Setting", "Default", "Meaning", ""]);
  expect(rows[2]).toEqual([
    "",
    "`WebAPI/HttpServerPort` *",
    "`11080`",
    "TCP port of the API; 0 takes any free one",
    "",
  ]);
  expect(table).toContain("| `3` h ");
  expect(table).toContain("| `WebAPI/BindAddress` ");
});

test("the Markdown table is as the formatter wants it", () => {
  const formatter = Bun.spawnSync(
    [process.execPath, "fmt", "--print-width=100", "--stdin-filepath=table.md"],
    { stdin: Buffer.from(formatSettingsMarkdown()) },
  );
  expect(formatter.stdout.toString()).toBe(formatSettingsMarkdown());
});

test("the README shows the table", () => {
  const readme = readFileSync(`${import.meta.dir}/../../../README.md`, "utf8");
  const block = /<!-- settings -->\n+([\s\S]*?)\n+<!-- end of settings -->/.exec(readme)?.[1];
  // To mend it: put the output of `veyon-webapi config --markdown` between the two comments.
  expect(`${block}\n`).toBe(formatSettingsMarkdown());
});
