import { describe, expect, test } from "bun:test";
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  verify,
} from "node:crypto";
import { encryptPassword, parsePrivateKey, signChallenge } from "../../../src/veyon/crypto.ts";
import { failureOf } from "../../support/failure.ts";
import { fixture } from "../../support/transcript.ts";
import { keys } from "./log-in-on.ts";

const pkcs8 = fixture("keys/fixture-private-TESTKEY.pem");
const pkcs1 = keys.fixture.export({ type: "pkcs1", format: "pem" });
const publicPem = fixture("keys/fixture-public-TESTKEY.pem");
const { privateKey: small } = generateKeyPairSync("rsa", { modulusLength: 1024 });

function lines(pem: string, change: (line: string) => string, end = "\n"): string {
  return pem.trimEnd().split("\n").map(change).join(end) + end;
}

const spellings: [string, (pem: string) => string][] = [
  ["as it is", (pem) => pem],
  ["no line end at the end", (pem) => pem.trimEnd()],
  ["CRLF", (pem) => lines(pem, (line) => line, "\r\n")],
  ["CR", (pem) => lines(pem, (line) => line, "\r")],
  ["blank lines around", (pem) => `\n\r\n  \n${pem}\n\n\t\n`],
  ["a blank line after each", (pem) => lines(pem, (line) => `${line}\n`)],
  ["leading spaces", (pem) => lines(pem, (line) => `    ${line}`)],
  ["trailing spaces", (pem) => lines(pem, (line) => `${line} \t`)],
  ["a byte order mark", (pem) => `\ufeff${pem}`],
];

describe.each([
  ["PKCS#8", pkcs8],
  ["PKCS#1", pkcs1],
])("%s", (_form, pem) => {
  test.each(spellings)("%s", (_name, spell) => {
    expect(parsePrivateKey(spell(pem)).equals(keys.fixture)).toBe(true);
  });
});

test("keys of other sizes", () => {
  const pem = small.export({ type: "pkcs8", format: "pem" });
  expect(parsePrivateKey(pem).equals(small)).toBe(true);
});

const refused: [string, string][] = [
  ["nothing", ""],
  ["garbage", "x"],
  [
    "the frame of a key around garbage",
    lines(pkcs8, (line) => (line.startsWith("-") ? line : "AAAA")),
  ],
  ["a key cut off", pkcs8.slice(0, 1500)],
  ["joined lines", pkcs8.replaceAll("\n", "")],
  ["joined lines in the middle", pkcs8.trim().replace(/\n/g, " ")],
  ["a public key", publicPem],
  ["an encrypted PKCS#8 key", encrypted("pkcs8")],
  ["an encrypted PKCS#1 key", encrypted("pkcs1")],
  ["an EC key", pemOf(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey)],
  ["an Ed25519 key", pemOf(generateKeyPairSync("ed25519").privateKey)],
];

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" });
}

function encrypted(type: "pkcs8" | "pkcs1"): string {
  const options = { format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  return small.export({ type, ...options } as never);
}

test.each(refused)("%s is refused", async (_name, pem) => {
  const failure = await failureOf(() => parsePrivateKey(pem));
  const secret = /[A-Za-z0-9+/]{40}/.exec(pem)?.[0];
  if (secret !== undefined) expect(Bun.inspect(failure)).not.toContain(secret);
});

test("a signature is RSASSA-PKCS1-v1_5 with SHA-512, and the same every time", async () => {
  const challenge = new Uint8Array(128).fill(0x80);
  const signature = await signChallenge(challenge, keys.fixture);
  expect(signature).toHaveLength(512);
  expect(verify("sha512", challenge, publicPem, signature)).toBe(true);
  expect(verify("sha256", challenge, publicPem, signature)).toBe(false);
  expect(await signChallenge(challenge, keys.fixture)).toEqual(signature);
});

describe("a password", () => {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const decrypt = (cipherText: Uint8Array, oaepHash: string) =>
    privateDecrypt({ key: keys.fixture, padding, oaepHash }, cipherText);

  test.each(["p", "Fixture-P\u00e4ssw0rd", "\u{1f600}", "p".repeat(470)])("%s", (password) => {
    const cipherText = encryptPassword(password, publicPem);
    expect(cipherText).toHaveLength(512);
    expect(decrypt(cipherText, "sha1").toString("utf8")).toBe(password);
    expect(() => decrypt(cipherText, "sha256")).toThrow();
  });

  test("is spelled differently every time", () => {
    expect(encryptPassword("p", publicPem)).not.toEqual(encryptPassword("p", publicPem));
  });

  test("one byte longer than fits is refused", () => {
    expect(() => encryptPassword("p".repeat(471), publicPem)).toThrow();
  });
});
