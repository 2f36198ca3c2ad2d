/** What a host may do instead of letting one in, at every step. */
import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import { byteArray, int, string, type Variant } from "../../../src/qt/variant.ts";
import {
  authenticate,
  AuthenticationError,
  type Credentials,
} from "../../../src/veyon/authentication.ts";
import { encodeMessage } from "../../../src/veyon/message.ts";
import { wholeStream } from "../../support/chunked.ts";
import { signChallenge } from "../../../src/veyon/crypto.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { transcript } from "../../support/transcript.ts";
import { keys } from "./log-in-on.ts";

const withKey: Credentials = {
  method: "AuthKeys",
  keyName: "fixture",
  privateKey: keys.fixture,
};
const withPassword: Credentials = {
  method: "AuthLogon",
  username: "DOMAIN\\pupil",
  password: "Fixture-P\u00e4ssw0rd",
};

/** Everything that a recorded host says from the acknowledgement to the security result. */
function answersOf(path: string): Uint8Array {
  const said = transcript(path).filter(({ from }) => from === "server");
  return Uint8Array.fromHex(
    said
      .slice(3, 6)
      .map(({ hex }) => hex)
      .join(""),
  );
}

const logins: [string, Credentials, Uint8Array][] = [
  ["a key", withKey, answersOf("transcripts/4.7.5-auth-keyfile-success.json")],
  ["a password", withPassword, answersOf("reference-client/webapi-4.7.5-logon-known-key.json")],
];

function logIn(bytes: Uint8Array, credentials: Credentials, sink = new RecordingSink()) {
  return authenticate(wholeStream(bytes), sink, 4, credentials, "root", signChallenge);
}

test.each(logins)("a close after any byte refuses %s", async (_name, credentials, answers) => {
  await logIn(answers, credentials);
  for (let length = 0; length < answers.length; length++) {
    const failure = await failureOf(logIn(answers.subarray(0, length), credentials));
    expect(failure, `closed after ${length} bytes`).toBeInstanceOf(AuthenticationError);
    expect(failure.cause).toBeInstanceOf(EndOfStreamError);
  }
});

test("an error of the connection is passed on as it is", async () => {
  const broken = new Error("the cable");
  const failing = { take: () => null, read: () => Promise.reject(broken) };
  const attempt = authenticate(
    failing as never,
    new RecordingSink(),
    4,
    withKey,
    "root",
    signChallenge,
  );
  expect(await failureOf(attempt)).toBe(broken);
});

const ack = encodeMessage([]);
const ec = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey;
const ecPem = ec.export({ type: "spki", format: "pem" });
const nullBytes: Variant = { type: "QByteArray", value: null };

const broken: [string, Credentials, Uint8Array[], string][] = [
  [
    "an acknowledgement with something in it",
    withKey,
    [encodeMessage([int(1)])],
    "Cannot read acknowledgement: 1 values in it, wanted none",
  ],
  [
    "an acknowledgement that is too long",
    withKey,
    [Uint8Array.fromHex("00010001")],
    "Cannot read message: 65537 bytes, at most 65536 allowed",
  ],
  ["no challenge", withKey, [ack, ack], "Cannot read challenge: missing, wanted QByteArray"],
  [
    "a null challenge",
    withKey,
    [ack, encodeMessage([nullBytes])],
    "Cannot read challenge: null QByteArray, wanted QByteArray",
  ],
  [
    "a challenge of another type",
    withKey,
    [ack, encodeMessage([string("sign this")])],
    "Cannot read challenge: QString, wanted QByteArray",
  ],
  [
    "half a challenge in a whole message",
    withKey,
    [ack, Uint8Array.fromHex("0000000a0000000c000000008000")],
    "Cannot decode message: Cannot read message: 1 bytes left at offset 9, 128 wanted",
  ],
  ["no public key", withPassword, [ack, ack], "Cannot read public key: missing, wanted QString"],
  [
    "a null public key",
    withPassword,
    [ack, encodeMessage([string(null)])],
    "Cannot read public key: null QString, wanted QString",
  ],
  [
    "a public key of another type",
    withPassword,
    [ack, encodeMessage([byteArray(new Uint8Array(3))])],
    "Cannot read public key: QByteArray, wanted QString",
  ],
  [
    "a public key that is none",
    withPassword,
    [ack, encodeMessage([string("x")])],
    "Cannot encrypt the password with the key that the host sent",
  ],
  [
    "a public key of another kind",
    withPassword,
    [ack, encodeMessage([string(ecPem)])],
    "Cannot encrypt the password with the key that the host sent",
  ],
];

describe("is a ProtocolError, not a refusal:", () => {
  test.each(broken)("%s", async (_name, credentials, answers, message) => {
    const failure = await failureOf(logIn(Buffer.concat(answers), credentials));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(message);
    expect(Bun.inspect(failure)).not.toContain("ssw0rd");
  });

  test("a security result other than 0, without its reason", async () => {
    const [, , answers] = logins[0];
    const reason = Buffer.from("\0\0\0\x01\0\0\0\x04nope", "latin1");
    const failure = await failureOf(
      logIn(Buffer.concat([answers.subarray(0, -4), reason]), withKey),
    );
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(
      "Cannot read security result: not 0 (OK), and Veyon says nothing else",
    );
  });
});

test("any challenge that fits into a message is signed", async () => {
  const challenge = byteArray(new Uint8Array(65536 - 9).fill(1));
  const sink = new RecordingSink();
  await logIn(Buffer.concat([ack, encodeMessage([challenge]), new Uint8Array(4)]), withKey, sink);
  expect(sink.sent).toHaveLength(2);
});
