/**
 * Logins with a password: the messages are equal to the recordings, the cipher text can be
 * decrypted.
 */
import { describe, expect, test } from "bun:test";
import { constants, generateKeyPairSync, type KeyObject, privateDecrypt } from "node:crypto";
import { AuthenticationError, type Credentials } from "../../../src/veyon/authentication.ts";
import { decodeMessageBody, encodeMessage } from "../../../src/veyon/message.ts";
import { int, string } from "../../../src/qt/variant.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordedServer } from "../../support/recorded-server.ts";
import { fixture, transcript } from "../../support/transcript.ts";
import { keys, logInOn } from "./log-in-on.ts";

interface PasswordLogin {
  readonly file: string;
  readonly credentials: Credentials & { password: string };
  /** The host's key, where it is known. */
  readonly hostKey?: KeyObject;
  readonly user?: string;
  readonly refused?: boolean;
}

const simple = { method: "AuthSimple", password: "Simple5-pass" } as const;
const logon = { method: "AuthLogon", username: "vy5user", password: "Pupil5-pass" } as const;
const ldap = { method: "AuthLDAP", username: "ldapteacher", password: "Ldap5-pass" } as const;
const pupil = { method: "AuthLogon", username: "DOMAIN\\pupil" } as const;
const fixturePassword = "Fixture-P\u00e4ssw0rd";
const fixtureLogon = {
  method: "AuthLogon",
  username: "vyfixture",
  password: fixturePassword,
} as const;

const logins: PasswordLogin[] = [
  ...["4.7.5", "4.11.1"].map((version) => ({
    file: `reference-client/webapi-${version}-logon-known-key.json`,
    credentials: { ...pupil, password: fixturePassword },
    hostKey: keys.logonServer,
  })),
  { file: "transcripts/4.7.5-auth-logon-success.json", credentials: fixtureLogon },
  { file: "transcripts/4.7.5-auth-logon-failure.json", credentials: fixtureLogon, refused: true },
  ...(["authsimple", "authlogon", "authldap"] as const).flatMap((method) => {
    const credentials = { authsimple: simple, authlogon: logon, authldap: ldap }[method];
    return [
      { file: `veyon5-fake-server-${method}.json`, credentials, hostKey: keys.fakeServer },
      { file: `veyon5-${method}-success.json`, credentials, user: "tester" },
      { file: `veyon5-${method}-wrong-password.json`, credentials, user: "tester", refused: true },
    ];
  }),
];

/**
 * Real Veyon 5 clients and the recorder named their own user in the choice; ours names the account.
 */
function withOurUser(hex: string, credentials: Credentials, user: string): string {
  const [method] = decodeMessageBody(Uint8Array.fromHex(hex).subarray(4));
  const name = "username" in credentials ? credentials.username : user;
  return encodeMessage([method, string(name)]).toHex();
}

/** The last value is the password. */
function splitPassword(hex: string) {
  const variants = decodeMessageBody(Uint8Array.fromHex(hex).subarray(4));
  const password = variants.pop();
  if (password?.type !== "QByteArray" || password.value === null) throw new Error("no password");
  return { variants, password: password.value };
}

function decrypt(cipherText: Uint8Array, key: KeyObject): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt({ key, padding, oaepHash: "sha1" }, cipherText).toString("utf8");
}

describe.each(logins)("$file", ({ file, credentials, hostKey, user = "root", refused = false }) => {
  test.each([Infinity, 1])("in chunks of %d bytes", async (chunkBytes) => {
    const entries = transcript(file);
    const passwordIndex = entries.findLastIndex(
      ({ from, hex }) => from === "client" && hex.length > 1000,
    );
    const end = refused ? passwordIndex + 1 : passwordIndex + 3;
    const server = new RecordedServer(entries.slice(0, end), chunkBytes);
    const outcome = await failureOf(logInOn(server, credentials, user));
    // These recordings end before ServerInit.
    if (refused) expect(outcome).toBeInstanceOf(AuthenticationError);
    else expect(server.sent[4]).toBe("01");

    const [version, securityType, choice, password] = server.recorded;
    expect(server.sent.slice(0, 2)).toEqual([version, securityType]);
    expect(server.sent[2]).toBe(withOurUser(choice, credentials, user));
    const ours = splitPassword(server.sent[3]);
    const recorded = splitPassword(password);
    expect(ours.variants).toEqual(recorded.variants);
    expect(ours.password).toHaveLength(recorded.password.length);
    if (hostKey === undefined) return;
    expect(decrypt(recorded.password, hostKey)).toBe(credentials.password);
    expect(decrypt(ours.password, hostKey)).toBe(credentials.password);
  });
});

test("the choice of Veyon 4 is equal to the reference client's, byte for byte", async () => {
  const file = "reference-client/webapi-4.7.5-logon-known-key.json";
  const server = new RecordedServer(transcript(file));
  await failureOf(logInOn(server, { ...pupil, password: "x" }, "root"));
  expect(server.sent.slice(0, 3)).toEqual(server.recorded.slice(0, 3));
});

test("the recorded password is UTF-8 without a terminator", () => {
  const { meta } = JSON.parse(fixture("reference-client/webapi-4.7.5-logon-known-key.json"));
  expect(new TextEncoder().encode(fixturePassword).toHex()).toBe(meta.passwordBytes);
});

test("a host's key that is too small for the password costs only this login", async () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const server = new RecordedServer([
    { from: "server", hex: new TextEncoder().encode("RFB 003.008\n").toHex(), note: "" },
    { from: "client", hex: "", note: "" },
    { from: "server", hex: "0128", note: "" },
    { from: "client", hex: "", note: "" },
    { from: "server", hex: encodeMessage([int(1), int(4)]).toHex(), note: "" },
    { from: "client", hex: "", note: "" },
    { from: "server", hex: `00000000${encodeMessage([string(pem)]).toHex()}`, note: "" },
  ]);
  const password = "p".repeat(200);
  const failure = await failureOf(logInOn(server, { ...pupil, password }, "root"));
  expect(failure.name).toBe("ProtocolError");
  expect(failure.message).toBe("Cannot encrypt the password with the key that the host sent");
});
