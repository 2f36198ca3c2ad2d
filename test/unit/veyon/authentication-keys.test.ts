/** Logins with a key, byte for byte as in the recordings. */
import { describe, expect, test } from "bun:test";
import { AuthenticationError, type Credentials } from "../../../src/veyon/authentication.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordedServer } from "../../support/recorded-server.ts";
import { transcript } from "../../support/transcript.ts";
import { keys, logInOn } from "./log-in-on.ts";

const key = (keyName: string, privateKey = keys.fixture): Credentials => ({
  method: "AuthKeys",
  keyName,
  privateKey,
});
const fixtureKey = key("fixture");
const teacherKey = key("teacher5", keys.teacher5);

/** The messages of a login, without what comes after ServerInit. */
function loginOf(path: string) {
  const entries = transcript(path);
  const clientInit = entries.findIndex(({ from, hex }) => from === "client" && hex === "01");
  return clientInit === -1 ? entries : entries.slice(0, clientInit + 2);
}

interface Login {
  readonly file: string;
  readonly credentials: Credentials;
  readonly user: string;
  readonly screen?: string;
}

const successes: Login[] = [
  ...["4.7.5", "4.11.1"].flatMap((version) => [
    {
      file: `transcripts/${version}-auth-keyfile-success.json`,
      credentials: fixtureKey,
      user: "fixture-client",
      screen: "64x48",
    },
    {
      file: `reference-client/webapi-4.7.5-to-server-${version}.json`,
      credentials: fixtureKey,
      user: "root",
      screen: "64x48",
    },
  ]),
  {
    file: "transcripts/4.11.1-feature-queries.json",
    credentials: fixtureKey,
    user: "fixture-client",
    screen: "64x48",
  },
  {
    file: "transcripts/4.11.1-access-denied.json",
    credentials: fixtureKey,
    user: "fixture-client",
    screen: "0x0",
  },
  {
    file: "veyon5-authkeys-success.json",
    credentials: teacherKey,
    user: "tester",
    screen: "800x600",
  },
  { file: "veyon5-access-denied.json", credentials: teacherKey, user: "tester", screen: "0x0" },
  {
    file: "veyon5-fake-server-authkeys.json",
    credentials: teacherKey,
    user: "root",
    screen: "64x48",
  },
];

describe.each(successes)("$file", ({ file, credentials, user, screen }) => {
  test.each([Infinity, 7, 1])("in chunks of %d bytes", async (chunkBytes) => {
    const server = new RecordedServer(loginOf(file), chunkBytes);
    const init = await logInOn(server, credentials, user);
    expect(server.sent).toEqual(server.recorded);
    expect(`${init.width}x${init.height}`).toBe(screen!);
  });
});

test("a Veyon 5 client's login at a Veyon 4 host, by number", async () => {
  const server = new RecordedServer(loginOf("veyon5-client-with-veyon4-server.json"));
  // The recording ends before ServerInit.
  await failureOf(logInOn(server, teacherKey, "root"));
  expect(server.sent).toEqual([...server.recorded, "01"]);
});

/**
 * Refused after the last recorded message, which is equal when the key is the one of the recording.
 */
const refusals: Login[] = [
  ...["4.7.5", "4.11.1"].flatMap((version) => [
    {
      file: `transcripts/${version}-auth-keyfile-failure-unknownkey.json`,
      credentials: key("unknownkey"),
      user: "fixture-client",
    },
    {
      file: `transcripts/${version}-auth-choice-not-offered.json`,
      credentials: { method: "AuthLogon", username: "someone", password: "x" } as const,
      user: "nobody",
    },
  ]),
  {
    file: "veyon5-authkeys-unknown-name.json",
    credentials: key("nobody", keys.teacher5),
    user: "tester",
  },
];

test.each(refusals)("$file", async ({ file, credentials, user }) => {
  const server = new RecordedServer(loginOf(file));
  const failure = await failureOf(logInOn(server, credentials, user));
  expect(failure).toBeInstanceOf(AuthenticationError);
  expect(failure.message).toBe("the host closed the connection on these credentials");
  expect(server.sent).toEqual(server.recorded);
});

/** The signature in the recording is none of our key's: the rest is equal. */
const wrongSignatures: Login[] = [
  ...["4.7.5", "4.11.1"].map((version) => ({
    file: `transcripts/${version}-auth-keyfile-failure-badsignature.json`,
    credentials: fixtureKey,
    user: "fixture-client",
  })),
  { file: "veyon5-authkeys-wrong-key.json", credentials: teacherKey, user: "tester" },
];

test.each(wrongSignatures)("$file", async ({ file, credentials, user }) => {
  const server = new RecordedServer(loginOf(file));
  const failure = await failureOf(logInOn(server, credentials, user));
  expect(failure).toBeInstanceOf(AuthenticationError);
  expect(server.sent.slice(0, -1)).toEqual(server.recorded.slice(0, -1));
  expect(server.sent.at(-1)).not.toBe(server.recorded.at(-1));
});

test("a good login that 4.7.5 denies ends where ServerInit should come", async () => {
  const server = new RecordedServer(loginOf("transcripts/4.7.5-access-denied.json"));
  const failure = await failureOf(logInOn(server, fixtureKey, "fixture-client"));
  expect(failure).not.toBeInstanceOf(AuthenticationError);
  expect(server.sent.at(-1)).toBe("01");
});
