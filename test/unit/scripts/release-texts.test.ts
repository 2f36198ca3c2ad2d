/** The texts that a release is made of. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "bun:test";
import { findTarget, programName } from "../../../scripts/build/targets.ts";
import { findChangelogEntry } from "../../../scripts/release/changelog.ts";
import { exampleConfiguration } from "../../../scripts/release/example-configuration.ts";
import { manPage } from "../../../scripts/release/man-page.ts";
import { packageOf, thirdPartyText } from "../../../scripts/release/third-party.ts";
import { decodeSettingsFile } from "../../../src/config/settings-file.ts";
import { settingNames, settingsSchema } from "../../../src/config/settings-schema.ts";

const root = resolve(import.meta.dir, "../../..");

describe("a target", () => {
  test.each([
    ["linux-arm64", "veyon-webapi"],
    ["bun-linux-arm64", "veyon-webapi"],
    ["windows-x64", "veyon-webapi.exe"],
  ])("%s is understood", (name, program) => {
    expect(programName(findTarget(name))).toBe(program);
  });

  test.each(["linux", "arm64", "windows-arm64", ""])(
    "%p is answered with the right ones",
    (name) => {
      expect(() => findTarget(name)).toThrow(
        `Unknown target ${name}: wanted linux-x64, linux-arm64, linux-x64-musl, linux-arm64-musl, windows-x64, darwin-arm64, darwin-x64`,
      );
    },
  );
});

describe("release notes", () => {
  const changelog = `# Changelog

Words.

## 1.10.0 - unreleased

- New.

## 1.1.0 - 2026-01-31

First.

- A - B
  and more.

## 1.0 - soon
`;

  test.each([
    ["1.1.0", { date: "2026-01-31", text: "First.\n\n- A - B\n  and more." }],
    ["1.10.0", { date: null, text: "- New." }],
    ["1.0", { date: null, text: "" }],
    ["1.1", null],
    ["Words.", null],
  ])("of %s", (version, entry) => {
    expect(findChangelogEntry(changelog, version)).toEqual(entry);
  });
});

describe("third-party licences", () => {
  test("are found by the files in the bundle", () => {
    const files = [
      "../node_modules/hono/dist/index.js",
      "node_modules/hono/dist/hono.js",
      "/a/node_modules/@hono/node-server/dist/index.mjs",
    ];
    expect(files.map(packageOf)).toEqual(["hono", "hono", "@hono/node-server"]);
    const text = thirdPartyText(files);
    expect(text.match(/^## \S+/gm)).toEqual(["## @hono/node-server", "## bun", "## hono"]);
    expect(text).toContain("LGPL");
    expect(text.match(/^> .*Permission is hereby granted/gm)).toHaveLength(2);
  });

  test("are named where a package has no text of its own", () => {
    const text = thirdPartyText(["node_modules/@hono/zod-validator/dist/index.js"]);
    expect(text).toMatch(/under the licence MIT; .* Source: \S*honojs\/middleware/);
  });

  test("of imagescript are MIT only, with those of what is in its encoders", () => {
    const text = thirdPartyText(["node_modules/imagescript/wasm/any/jpeg.wasm"]);
    for (const part of ["fflate", "jpeg-decoder 0.1.22", "Independent JPEG Group"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("> Copyright (c) 2023 Mathis Mensing\n");
    expect(text).not.toMatch(/imagequant|AFFERO/i);
  });

  test("say of a packed file also what it holds of others", () => {
    const text = thirdPartyText(["node_modules/swagger-ui-dist/swagger-ui-bundle.js"]);
    expect(text).toContain("Apache License");
    expect(text).toContain("SmartBear Software");
    expect(text).toContain("react.production.min.js");
  });

  test("of noVNC say where its source is, with those of what is in it", () => {
    const text = thirdPartyText(["node_modules/@novnc/novnc/core/rfb.js"]);
    for (const part of [
      "https://github.com/novnc/noVNC and in the package",
      "> Mozilla Public License Version 2.0",
      "> Copyright (C) 2014-2016 by Vitaly Puzrin",
      "> Copyright (c) 1996 Widget Workshop, Inc.",
    ]) {
      expect(text).toContain(part);
    }
  });

  test("of what belongs to no package are not guessed", () => {
    expect(() => thirdPartyText(["src/main.ts"])).toThrow("Cannot tell the package of src/main.ts");
  });

  test("of Bun are those of the version that is used", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    // After an update read LICENSE.md of oven-sh/bun again, then bring notices/bun.md and this to
    // it.
    expect(devDependencies.bun).toBe("1.4.5");
  });
});

describe("the example configuration", () => {
  const decode = (text: string) => {
    const values = [...decodeSettingsFile(Buffer.from(text), () => true)];
    return Object.fromEntries(values.map(([key, { text: value }]) => [key, value]));
  };

  test("changes nothing", () => {
    expect(decode(exampleConfiguration())).toEqual({});
  });

  test("names every setting, with its default", () => {
    const wanted = settingNames.map((name) => settingsSchema[name]);
    expect(decode(exampleConfiguration().replace(/^#(?=\w+=)/gm, ""))).toEqual(
      Object.fromEntries(wanted.map(({ key, default: text }) => [key, text])),
    );
  });
});

test("the manual page has the help's parts, and nothing that roff would take for its own", () => {
  const help = `program 1.0 - does things

  veyon-webapi run             go,
                               and stay

Settings, for every command:
  --set A=B                    any
                                   [Group]
  --long OPTION NAME
                               far below

  .Words that start with a dot,
  'or so, and a \\ in them.

Exit status: 0 or 1.
`;
  expect(manPage(help, { version: "1.0", date: "2026-01-31" }))
    .toBe(`.TH VEYON\\-WEBAPI 1 2026-01-31 "veyon\\-webapi 1.0"
.SH NAME
veyon\\-webapi \\- does things
.SH SYNOPSIS
.B veyon\\-webapi
.I command
[options]
.SH COMMANDS
.TP
.B veyon\\-webapi run
go,
and stay
.SH SETTINGS, FOR EVERY COMMAND
.TP
.B \\-\\-set A=B
any
.br
[Group]
.TP
.B \\-\\-long OPTION NAME
far below
.PP
\\&.Words that start with a dot,
\\&'or so, and a \\e in them.
.SH EXIT STATUS
0 or 1.
.SH FILES
.TP
.I /etc/veyon\\-webapi/veyon\\-webapi.conf
Settings of the service that Debian's package installs.
.SH SEE ALSO
.BR systemctl (1)
`);
});
