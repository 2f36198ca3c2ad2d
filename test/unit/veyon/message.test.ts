import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { int, string, stringList, type Variant } from "../../../src/qt/variant.ts";
import {
  decodeMessageBody,
  encodeMessage,
  messageBytesMax,
  readMessage,
  readWantedMessage,
} from "../../../src/veyon/message.ts";
import {
  chunkedStream,
  expectEveryCutToFail,
  readInEveryWay,
  wholeStream,
} from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";

/** Int 3 and QString "fixture-client", from the key file transcripts. */
const choice =
  "0000002e0000000200000000030000000a000000001c0066006900780074007500720065002d0063006c00690065006e0074";

const messages: [string, string, Variant[]][] = [
  ["no variant", "00000000", []],
  ["a choice", choice, [int(3), string("fixture-client")]],
  ["an invalid variant", "000000050000000001", [{ type: "Invalid" }]],
];

describe.each(messages)("%s", (_name, hex, variants) => {
  test("is written", () => {
    expect(encodeMessage(variants).toHex()).toBe(hex);
  });

  test("is read, however it arrives, and nothing behind it", async () => {
    const bytes = Uint8Array.fromHex(`${hex}ff`);
    const results = await readInEveryWay(bytes, async (stream) => ({
      variants: await readMessage(stream, messageBytesMax),
      next: await stream.read(1),
    }));
    for (const result of results) expect(result).toEqual({ variants, next: Uint8Array.of(255) });
  });

  test("is nothing when it is cut short", () =>
    expectEveryCutToFail(Uint8Array.fromHex(hex), (stream) =>
      readMessage(stream, messageBytesMax),
    ));
});

async function expectRefused(
  bytes: Uint8Array,
  message: string,
  bytesMax = messageBytesMax,
): Promise<void> {
  const failure = await failureOf(readMessage(wholeStream(bytes), bytesMax));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(message);
}

describe("limits", () => {
  test("the length, which is refused before the body comes", async () => {
    const atLimit = Uint8Array.fromHex("0000000900000002000000000311");
    expect(await readMessage(wholeStream(atLimit), 9)).toEqual([int(3)]);
    await expectRefused(
      Uint8Array.fromHex("0000000a"),
      "Cannot read message: 10 bytes, at most 9 allowed",
      9,
    );
    await expectRefused(
      new ByteWriter().u32(messageBytesMax + 1).finish(),
      "Cannot read message: 33554433 bytes, at most 33554432 allowed",
    );
  });

  test("the number of variants", async () => {
    expect(decodeMessageBody(encodeMessage(Array(64).fill(int(1))).subarray(4))).toHaveLength(64);
    await expectRefused(
      encodeMessage(Array(65).fill(int(1))),
      "Cannot decode message: more than 64 variants in it",
    );
  });
});

describe("a body that does not hold what it says", () => {
  test.each([
    ["half a variant", "0000000600000002000000"],
    ["a string longer than the body", "0000000b0000000a000000000a0061"],
    ["a byte array longer than the body", "0000000a0000000c00000000ff01"],
    ["three bytes", "00000003000000"],
  ])("%s is the peer's fault, not the end of the connection", async (_name, hex) => {
    const failure = await failureOf(
      readMessage(wholeStream(Uint8Array.fromHex(hex)), messageBytesMax),
    );
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toStartWith("Cannot decode message: Cannot read message: ");
  });

  test("an unknown type", () =>
    expectRefused(
      Uint8Array.fromHex("000000050000000600"),
      "Cannot decode variant: type 6, wanted one of 0, 1, 2, 4, 8, 9, 10, 11, 12, 19, 30",
    ));
});

describe("a message from a host that may be long", () => {
  const messageOf = (body: Uint8Array) =>
    Buffer.concat([new ByteWriter().u32(body.length).finish(), body]);

  test("is passed over when it is over a mebibyte, and what follows is read", async () => {
    const following = encodeMessage([int(3)]);
    const long = messageOf(new Uint8Array(1024 * 1024 + 1));
    const bytes = Buffer.concat([long, following]);
    for (const stream of [wholeStream(bytes), chunkedStream(bytes, 5000)]) {
      expect(await readWantedMessage(stream)).toBeNull();
      expect(await readWantedMessage(stream)).toEqual([int(3)]);
    }
  });

  test("is refused when Veyon itself would refuse it", async () => {
    const failure = await failureOf(
      readWantedMessage(wholeStream(new ByteWriter().u32(messageBytesMax + 1).finish())),
    );
    expect(failure).toEqual(
      new ProtocolError("Cannot read message: 33554433 bytes, at most 33554432 allowed"),
    );
  });

  test("may hold so many values in all, however they are nested", () => {
    const list = (count: number, value: Variant): Variant => ({
      type: "QVariantList",
      value: Array<Variant>(count).fill(value),
    });
    const nested = list(8, list(1000, int(1)));
    const body = encodeMessage([nested]).subarray(4);
    expect(decodeMessageBody(body)).toEqual([nested]);
    const more = encodeMessage([nested, list(200, int(1))]).subarray(4);
    expect(() => decodeMessageBody(more)).toThrow(
      new ProtocolError("Cannot decode message: over 8192 values in it, at most that many allowed"),
    );
    const texts = encodeMessage(Array<Variant>(9).fill(stringList(Array(1000).fill("")))).subarray(
      4,
    );
    expect(() => decodeMessageBody(texts)).toThrow(ProtocolError);
  });
});
