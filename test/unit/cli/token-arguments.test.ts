import { expect, test } from "bun:test";
import { parseArguments } from "../../../src/cli/arguments.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import { failureOf } from "../../support/failure.ts";

const nothing = { veyonConfigFile: null, configFile: null, flags: [] };

test("create with everything, and settings beside it", () => {
  const argv = ["token", "create", "--name", "portal", "--hosts", "room1-*, 10.1.0.0/16"];
  const rest = ["--scopes", "view,control, power", "--key=teacher", "--config", "a.conf"];
  expect(parseArguments([...argv, ...rest])).toMatchObject({
    name: "token",
    given: { ...nothing, configFile: "a.conf" },
    action: {
      kind: "create",
      token: {
        name: "portal",
        scopes: ["view", "control", "power"],
        hosts: { text: "room1-*, 10.1.0.0/16" },
        keyName: "teacher",
      },
    },
  });
});

test("create with as little as there may be: all hosts, no key", () => {
  const argv = ["token", "create", "--name", "a.b_c-1", "--scopes", "metrics"];
  expect(parseArguments(argv)).toEqual({
    name: "token",
    given: nothing,
    action: {
      kind: "create",
      token: { name: "a.b_c-1", scopes: ["metrics"], hosts: null, keyName: null },
    },
  });
});

test("list and revoke", () => {
  expect(parseArguments(["token", "list"])).toMatchObject({ action: { kind: "list" } });
  expect(parseArguments(["token", "revoke", "--name", "portal"])).toMatchObject({
    action: { kind: "revoke", tokenName: "portal" },
  });
});

test.each([
  ["", "token: wanted create, list or revoke beside options, found 0"],
  ["make", "token: found make: wanted create, list, revoke"],
  ["creat", "token: found creat: did you mean create?"],
  ["list x", "token: wanted create, list or revoke beside options, found 2"],
  ["list --name x", "token list: wanted no --name"],
  ["revoke --name x --scopes view", "token revoke: wanted no --scopes"],
  ["revoke", "token revoke: found no --name, wanted 1 to 64 letters, digits, dots, _ or -"],
  ["create --scopes view", "token create: found no --name, wanted"],
  ["create --scopes view --name a/b", "token create: found --name a/b, wanted"],
  ["create --name a", "token create: found no --scopes, wanted some of view, control, features,"],
  ["create --name a --scopes ,", "token create: found no --scopes"],
  ["create --name a --scopes view,pwer", "found the scope pwer: did you mean power?"],
  ["create --name a --scopes VIEW", "found the scope VIEW: did you mean view?"],
  ["create --name a --scopes view --hosts 10.1.*", '--hosts: found "10.1.*", wanted'],
  ["create --name a --scopes view --hosts=", "--hosts: found no host"],
  ["create --name a --scopes view --key ../a", "found --key ../a, wanted 1 to 64 letters"],
  ["create --name a --scope view", "token: Unknown option '--scope': did you mean --scopes?"],
])("token %s is refused, with what was wanted", async (line, message) => {
  const argv = line.split(" ").filter((each) => each !== "");
  const failure = await failureOf(() => parseArguments(["token", ...argv]));
  expect(failure).toBeInstanceOf(UsageError);
  expect(failure.message).toContain(message);
});
