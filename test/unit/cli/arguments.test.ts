import { describe, expect, test } from "bun:test";
import { parseArguments } from "../../../src/cli/arguments.ts";
import { helpAbout, helpText, helpTopics } from "../../../src/cli/help.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";

const nothing = { veyonConfigFile: null, configFile: null, flags: [] };

test("help and version, in every spelling", () => {
  for (const argv of [["help"], ["--help"], ["-h"], ["help", "fly"], ["fly", "--help"]]) {
    expect(parseArguments(argv)).toEqual({ name: "help", topic: null });
  }
  for (const argv of [["version"], ["--version"]]) {
    expect(parseArguments(argv)).toEqual({ name: "version" });
  }
});

test.each(helpTopics)("help about %s, in every spelling", (topic) => {
  for (const argv of [
    [topic, "--help"],
    [topic, "x", "-h"],
    ["help", topic],
  ]) {
    expect(parseArguments(argv)).toEqual({ name: "help", topic });
  }
});

test("the commands", () => {
  expect(parseArguments(["runserver"])).toEqual({ name: "runserver", given: nothing });
  expect(parseArguments(["demo"])).toEqual({ name: "demo", given: nothing });
  expect(parseArguments(["config"])).toEqual({ name: "config", given: nothing, markdown: false });
  expect(parseArguments(["config", "--markdown"])).toMatchObject({ markdown: true });
});

test.each([[], ["--port", "1"], ["--prot"]])("without a command nothing is run: %j", (...argv) => {
  expect(parseArguments(argv)).toEqual({ name: "none" });
});

test("settings keep the order in which they are given", () => {
  const argv =
    "runserver --set WebAPI/HttpServerPort=1 --port=2 --bind ::1 --set A/b=c=d --set A/b=";
  expect(parseArguments([...argv.split(" "), "--config", "a b", "--veyon-config=c"])).toEqual({
    name: "runserver",
    given: {
      veyonConfigFile: "c",
      configFile: "a b",
      flags: [
        { flag: "--set", key: "WebAPI/HttpServerPort", text: "1" },
        { flag: "--port", key: "WebAPI/HttpServerPort", text: "2" },
        { flag: "--bind", key: "WebAPI/BindAddress", text: "::1" },
        { flag: "--set", key: "A/b", text: "c=d" },
        { flag: "--set", key: "A/b", text: "" },
      ],
    },
  });
});

describe("check", () => {
  test.each([
    ["check h", { kind: "none" }],
    ["check h --user u", { kind: "user", user: "u" }],
    ["check --password h", { kind: "password" }],
    ["check h --key-name n --key-file f", { kind: "key", keyName: "n", keyFile: "f" }],
  ] as const)("%s", (line, login) => {
    expect(parseArguments(line.split(" "))).toEqual({
      name: "check",
      given: nothing,
      host: "h",
      login,
      pictureFile: null,
    });
  });

  test("where the picture goes", () => {
    expect(parseArguments(["check", "[::1]:5", "--picture", "p.png"])).toMatchObject({
      host: "[::1]:5",
      pictureFile: "p.png",
    });
  });
});

test.each([
  ["serve", "Unknown command serve: did you mean runserver?"],
  ["fly", "Unknown command fly: wanted runserver, demo, check, token, config, help, version"],
  ["runserver extra", "runserver: wanted no argument beside options, found 1"],
  ["runserver --prot 1", "runserver: Unknown option '--prot': did you mean --port?"],
  ["runserver --port", "runserver: Option '--port <value>' argument missing"],
  [
    "runserver --markdown",
    "runserver: Unknown option '--markdown': wanted --config, --veyon-config, --port, --bind, --set",
  ],
  ["check h --key-nam n", "check: Unknown option '--key-nam': did you mean --key-name?"],
  ["runserver --set WebAPI", "Cannot use --set WebAPI: wanted Group/Name=value"],
  ["check", "check: wanted one host beside options, found 0"],
  ["check a b", "check: wanted one host beside options, found 2"],
  ["check h --key-name n", "check: wanted --key-name and --key-file together"],
  ["check h --key-file f", "check: wanted --key-name and --key-file together"],
  [
    "check h --user u --password",
    "check: wanted one of --key-name with --key-file, --user, --password",
  ],
  [
    "check h --user u --key-file f",
    "check: wanted one of --key-name with --key-file, --user, --password",
  ],
])("refuses %s", (line, message) => {
  let thrown: unknown = null;
  try {
    parseArguments(line.split(" "));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UsageError);
  expect((thrown as UsageError).message).toBe(message);
});

test("the help names every command and option, on lines that fit a terminal", () => {
  const names =
    "runserver demo check token config help version --port --bind --set --config --veyon-config --key-name --key-file --user --password --picture --markdown --name --scopes --hosts --key";
  for (const name of names.split(" ")) expect(helpText).toContain(name);
  for (const line of helpText.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("the help about a command is about that command", () => {
  const check = helpAbout("check");
  expect(check).toStartWith(
    "veyon-webapi check HOST - try everything with one host, step by step\n\nHOST is name, ",
  );
  for (const part of ["--key-name", "--set", "Exit status"]) expect(check).toContain(part);
  for (const part of ["--markdown", "demo"]) expect(check).not.toContain(part);
  expect(helpAbout("runserver")).toStartWith("veyon-webapi runserver - serve the API");
  expect(helpAbout("runserver")).not.toContain("--key-name");
  expect(helpAbout("config")).toContain("\n\n  --markdown ");
});
