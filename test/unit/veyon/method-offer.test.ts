import { describe, expect, test } from "bun:test";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { int, string, uuid, type Variant } from "../../../src/qt/variant.ts";
import { type Generation, readMethodOffer } from "../../../src/veyon/authentication.ts";
import {
  type AuthenticationMethod,
  methodByUuid,
  methodByVeyon4Type,
  methodUuid,
  veyon4Type,
} from "../../../src/veyon/authentication-methods.ts";
import { encodeMessage } from "../../../src/veyon/message.ts";
import { expectEveryCutToFail, readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordedServer } from "../../support/recorded-server.ts";
import { transcript } from "../../support/transcript.ts";
import { greet } from "./log-in-on.ts";

const keysUuid = uuid("0c69b301-81b4-42d6-8fae-128cdd113314");
const logonUuid = uuid("63611f7c-b457-42c7-832e-67d0f9281085");
const unknownUuid = uuid("1b08265b-348f-4978-acaa-45d4f6b90bd9");

const recordings: [string, Generation, AuthenticationMethod[]][] = [
  ["transcripts/4.7.5-method-listing-keyfile.json", 4, ["AuthKeys"]],
  ["transcripts/4.11.1-method-listing-keyfile.json", 4, ["AuthKeys"]],
  ["transcripts/4.7.5-method-listing-logon.json", 4, ["AuthLogon"]],
  ["transcripts/4.7.5-demoserver-token-auth.json", 4, []],
  ["transcripts/4.11.1-demoserver-token-auth-failure.json", 4, []],
  ["veyon5-method-list.json", 5, ["AuthKeys", "AuthLogon", "AuthLDAP", "AuthSimple"]],
  ["veyon5-no-methods.json", 4, []],
];

test.each(recordings)("%s", async (file, generation, methods) => {
  const server = new RecordedServer(transcript(file), 1);
  expect(await greet(server)).toEqual({ generation, methods });
  expect(server.sent).toEqual(server.recorded.slice(0, 2));
});

const offers: [string, Variant[], Generation, AuthenticationMethod[]][] = [
  [
    "unknown numbers are left out",
    [int(3), int(5), int(2), int(99), int(4)],
    4,
    ["AuthKeys", "AuthLogon"],
  ],
  ["only unknown numbers", [int(5), int(-1)], 4, []],
  ["unknown UUIDs are left out", [unknownUuid, logonUuid], 5, ["AuthLogon"]],
  ["only unknown UUIDs", [unknownUuid], 5, []],
  ["twice is once", [keysUuid, keysUuid, logonUuid, keysUuid], 5, ["AuthKeys", "AuthLogon"]],
];

describe.each(offers)("%s", (_name, types, generation, methods) => {
  const bytes = encodeMessage([int(types.length), ...types]);

  test("is read, however it arrives", async () => {
    const other: Generation = generation === 4 ? 5 : 4;
    const results = await readInEveryWay(bytes, (stream) => readMethodOffer(stream, other));
    for (const offer of results) expect(offer).toEqual({ generation, methods });
  });

  test("is nothing when it is cut short", () =>
    expectEveryCutToFail(bytes, (stream) => readMethodOffer(stream, 4)));
});

test.each([4, 5] as const)("no method tells no generation: what is known is %d", async (known) => {
  const offer = await readMethodOffer(wholeStream(encodeMessage([int(0)])), known);
  expect(offer).toEqual({ generation: known, methods: [] });
});

test("as many methods as allowed", async () => {
  const most = encodeMessage([int(32), ...Array(32).fill(keysUuid)]);
  expect((await readMethodOffer(wholeStream(most), 4)).methods).toEqual(["AuthKeys"]);
});

const refused: [string, Variant[], string][] = [
  ["an empty message", [], "count missing, wanted Int 0 to 32"],
  ["a count that is no number", [string("1"), int(3)], "count QString, wanted Int 0 to 32"],
  ["a count below zero", [int(-1)], "count Int -1, wanted Int 0 to 32"],
  ["one method too many", [int(33), ...Array(33).fill(int(3))], "count Int 33, wanted Int 0 to 32"],
  ["fewer than announced", [int(2), int(3)], "1 listed, 2 announced"],
  ["more than announced", [int(1), int(3), int(4)], "2 listed, 1 announced"],
  ["none announced, one listed", [int(0), int(3)], "1 listed, 0 announced"],
  ["numbers, then UUIDs", [int(2), int(3), logonUuid], "found several types in one list"],
  ["UUIDs, then numbers", [int(2), logonUuid, int(3)], "found several types in one list"],
  ["a type as text", [int(1), string("3")], "found QString, wanted Int or QUuid"],
];

test.each(refused)("%s is refused", async (_name, variants, why) => {
  const failure = await failureOf(readMethodOffer(wholeStream(encodeMessage(variants)), 4));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(`Cannot read authentication methods: ${why}`);
});

test("a message longer than any handshake message is refused", async () => {
  const failure = await failureOf(readMethodOffer(wholeStream(Uint8Array.fromHex("00010001")), 4));
  expect(failure.message).toBe("Cannot read message: 65537 bytes, at most 65536 allowed");
});

const numbers: [AuthenticationMethod, string, number | null][] = [
  ["AuthKeys", "0c69b301-81b4-42d6-8fae-128cdd113314", 3],
  ["AuthLogon", "63611f7c-b457-42c7-832e-67d0f9281085", 4],
  ["AuthLDAP", "6f0a491e-c1c6-4338-8244-f823b0bf8670", null],
  ["AuthSimple", "73430b14-ef69-4c75-a145-ba635d1cc676", null],
];

test.each(numbers)("%s by its UUID and its number", (method, methodId, type) => {
  expect(methodUuid(method)).toBe(methodId);
  expect(methodByUuid(methodId)).toBe(method);
  expect(veyon4Type(method)).toBe(type);
  if (type !== null) expect(methodByVeyon4Type(type)).toBe(method);
});

test("what is not in the table is no method", () => {
  expect(methodByUuid("1b08265b-348f-4978-acaa-45d4f6b90bd9")).toBeNull();
  for (const type of [0, 1, 2, 5, -1]) expect(methodByVeyon4Type(type)).toBeNull();
});
