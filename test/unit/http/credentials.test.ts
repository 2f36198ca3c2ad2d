import { describe, expect, test } from "bun:test";
import { readCredentials } from "../../../src/http/credentials.ts";
import { ApiError } from "../../../src/http/errors.ts";
import type { AuthenticationMethod } from "../../../src/veyon/authentication-methods.ts";
import { failureOf } from "../../support/failure.ts";
import { fixture } from "../../support/transcript.ts";
import { keys } from "../veyon/log-in-on.ts";

const pem = fixture("keys/fixture-private-TESTKEY.pem");
const pkcs1 = keys.fixture.export({ type: "pkcs1", format: "pem" }) as string;
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
  expect(failure.message).toBe("password: wanted at most 470 bytes");
});

const wantedKey = "keydata: wanted an unencrypted RSA private key in PEM, with its line breaks";
const aText = "Invalid input: expected string, received";

const refused: [AuthenticationMethod, unknown, string][] = [
  ["AuthKeys", undefined, "Invalid input: expected object, received undefined"],
  ["AuthKeys", null, "Invalid input: expected object, received null"],
  ["AuthKeys", "text", "Invalid input: expected object, received string"],
  ["AuthKeys", [], "Invalid input: expected object, received array"],
  ["AuthKeys", {}, `keyname: ${aText} undefined; keydata: ${aText} undefined`],
  ["AuthKeys", { keyname: "fixture" }, `keydata: ${aText} undefined`],
  ["AuthKeys", { keydata: pem }, `keyname: ${aText} undefined`],
  [
    "AuthKeys",
    { keyname: "", keydata: pem },
    "keyname: Too small: expected string to have >=1 characters",
  ],
  ["AuthKeys", { keyname: "fixture", keydata: "x" }, wantedKey],
  ["AuthKeys", { keyname: "fixture", keydata: publicPem }, wantedKey],
  ["AuthKeys", { keyname: "fixture", keydata: pem.replaceAll("\n", "") }, wantedKey],
  ["AuthKeys", { keyname: "fixture", keydata: pem.slice(0, 900) }, wantedKey],
  ["AuthLogon", { username: "u" }, `password: ${aText} undefined`],
  ["AuthLogon", { password: "Pässw0rd" }, `username: ${aText} undefined`],
  [
    "AuthLogon",
    { ...account, username: "" },
    "username: Too small: expected string to have >=1 characters",
  ],
  [
    "AuthLogon",
    { ...account, password: "" },
    "password: Too small: expected string to have >=1 characters",
  ],
  ["AuthLDAP", { ...account, password: ["Pässw0rd"] }, `password: ${aText} array`],
  ["AuthLDAP", { ...account, password: { text: "Pässw0rd" } }, `password: ${aText} object`],
  ["AuthSimple", { password: null }, `password: ${aText} null`],
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
