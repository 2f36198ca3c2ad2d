import { describe, expect, test } from "bun:test";
import { readCredentials } from "../../../../src/http/v1/credentials.ts";
import { ApiError } from "../../../../src/http/errors.ts";
import type { AuthenticationMethod } from "../../../../src/veyon/authentication-methods.ts";
import { failureOf } from "../../../support/failure.ts";
import { fixture } from "../../../support/transcript.ts";
import { keys } from "../../veyon/log-in-on.ts";

const pem = fixture("keys/fixture-private-TESTKEY.pem");
const pkcs1 = keys.fixture.export({ type: "pkcs1", format: "pem" });
const publicPem = fixture("keys/fixture-public-TESTKEY.pem");
const account = { username: "DOMAIN\\pupil", password: "Pässw0rd" };

describe("AuthKeys", () => {
  test.each([
    ["PKCS#8", pem],
    ["PKCS#1", pkcs1],
    ["CRLF and blank lines", `\r\n${pem.replaceAll("\n", "\r\n\r\n")}`],
  ])("%s", (_name, keydata) => {
    const credentials = readCredentials("AuthKeys", { keyname: "fixture", keydata, other: 1 });
    if (credentials.method !== "AuthKeys") throw new Error("another method");
    expect(credentials.keyName).toBe("fixture");
    expect(credentials.privateKey.equals(keys.fixture)).toBe(true);
  });
});

test.each(["AuthLogon", "AuthLDAP"] as const)("%s", (method) => {
  expect(readCredentials(method, { ...account, other: 1 })).toEqual({ method, ...account });
});

test("AuthSimple", () => {
  const credentials = readCredentials("AuthSimple", { password: "Pässw0rd", username: "u" });
  expect(credentials).toEqual({ method: "AuthSimple", password: "Pässw0rd" });
});

test("a password of as many bytes as fit, and of one more", async () => {
  const password = "ä".repeat(235);
  expect(readCredentials("AuthSimple", { password })).toMatchObject({ password });
  const failure = await failureOf(() =>
    readCredentials("AuthSimple", { password: `${password}x` }),
  );
  expect(failure.message).toBe("password has over 470 bytes");
});

test("a number counts as its digits, as long as it can be read exactly", async () => {
  const credentials = readCredentials("AuthLogon", { username: 20261121, password: 42.5 });
  expect(credentials).toMatchObject({ username: "20261121", password: "42.5" });
  const password = 2 ** 53;
  const failure = await failureOf(() => readCredentials("AuthSimple", { password }));
  expect(failure.message).toBe(
    "password is a number with too many digits to be read exactly, wanted a text",
  );
});

test("half a surrogate pair goes to the host in a name, and cannot in a password", async () => {
  const half = "a\ud83d";
  const account = { username: half, password: "x" };
  expect(readCredentials("AuthLogon", account)).toMatchObject({ username: half });
  const failure = await failureOf(() => readCredentials("AuthSimple", { password: half }));
  expect(failure.message).toBe("password holds half a UTF-16 surrogate pair");
});

const noKey = "keydata is no unencrypted RSA private key in PEM, with its line breaks";

const refused: [AuthenticationMethod, unknown, string][] = [
  ["AuthKeys", undefined, "credentials is missing"],
  ["AuthKeys", null, "credentials is null, wanted an object"],
  ["AuthKeys", "text", "credentials is a text, wanted an object"],
  ["AuthKeys", [], "credentials is an empty list, wanted an object"],
  ["AuthKeys", {}, "keyname is missing; keydata is missing"],
  ["AuthKeys", { keyname: "fixture" }, "keydata is missing"],
  ["AuthKeys", { keydata: pem }, "keyname is missing"],
  ["AuthKeys", { keyname: "", keydata: pem }, "keyname is empty, wanted a text"],
  ["AuthKeys", { keyname: "fixture", keydata: "x" }, noKey],
  ["AuthKeys", { keyname: "fixture", keydata: publicPem }, noKey],
  ["AuthKeys", { keyname: "fixture", keydata: pem.replaceAll("\n", "") }, noKey],
  ["AuthKeys", { keyname: "fixture", keydata: pem.slice(0, 900) }, noKey],
  ["AuthLogon", { username: "u" }, "password is missing"],
  ["AuthLogon", { password: "Pässw0rd" }, "username is missing"],
  ["AuthLogon", { ...account, username: "" }, "username is empty, wanted a text"],
  ["AuthLogon", { ...account, password: "" }, "password is empty, wanted a text"],
  ["AuthLDAP", { ...account, password: ["Pässw0rd"] }, "password is a list, wanted a text"],
  [
    "AuthLDAP",
    { ...account, password: { text: "Pässw0rd" } },
    "password is an object, wanted a text",
  ],
  ["AuthSimple", { password: null }, "password is null, wanted a text"],
];

test.each(refused.map(([method, value, details], index) => ({ index, method, value, details })))(
  "refused, and nothing secret in the reason: $index, $method, $details",
  async ({ method, value, details }) => {
    const failure = await failureOf(() => readCredentials(method, value));
    expect(failure).toBeInstanceOf(ApiError);
    expect((failure as ApiError).body.error).toEqual({
      code: 4,
      details,
      message: "Invalid or incomplete credentials",
    });
    const shown = Bun.inspect(failure);
    expect(shown).not.toContain("ssw0rd");
    expect(shown).not.toContain(pem.split("\n")[1]);
  },
);
