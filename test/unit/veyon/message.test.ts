import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { int, string, type Variant } from "../../../src/qt/variant.ts";
import {
  decodeMessageBody,
  encodeMessage,
  messageBytesMax,
  readMessage,
} from "../../../src/veyon/message.ts";
import { expectEveryCutToFail, readInEveryWay, wholeStream } from "../../support/chunked.ts";
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
      variants: await readMessage(stream),
      next: await stream.read(1),
    }));
    for (const result of results) expect(result).toEqual({ variants, next: Uint8Array.of(255) });
  });

  test("is nothing when it is cut short", () =>
    expectEveryCutToFail(Uint8Array.fromHex(hex), (stream) => readMessage(stream)));
});

async function expectRefused(bytes: Uint8Array, message: string, bytesMax?: number): Promise<void> {
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
    const failure = await failureOf(readMessage(wholeStream(Uint8Array.fromHex(hex))));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toStartWith("Cannot decode message: Cannot read message: ");
  });

  test("an unknown type", () =>
    expectRefused(
      Uint8Array.fromHex("000000050000000600"),
      "Cannot decode variant: type 6, wanted one of 0, 1, 2, 4, 8, 9, 10, 11, 12, 19, 30",
    ));
});
