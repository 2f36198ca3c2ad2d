/** From the first byte to ServerInit, byte by byte. */
import { describe, expect, test } from "bun:test";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import { encodeServerInit, greetViewer } from "../../../src/viewer/handshake.ts";
import { chunkedStream, expectEveryCutToFail, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";

const line = (version: string) => Buffer.from(`${version}\n`).toString("hex");
const version38 = line("RFB 003.008");

async function greet(stream: ByteStream): Promise<string[]> {
  const sent: string[] = [];
  await greetViewer(stream, { send: async (bytes) => void sent.push(bytes.toHex()) });
  return sent;
}

const oneTypeNone = "0101";
const ok = "00000000";

describe.each([
  ["3.8", `${version38}0100`, [version38, oneTypeNone, ok]],
  ["3.8, for itself alone, which is not granted", `${version38}0101`, [version38, oneTypeNone, ok]],
  ["3.7, without a result", `${line("RFB 003.007")}0101`, [version38, oneTypeNone]],
  ["3.3, by the server's choice", `${line("RFB 003.003")}01`, [version38, "00000001"]],
  ["3.5, which counts as 3.3", `${line("RFB 003.005")}01`, [version38, "00000001"]],
  [
    "3.889 of Apple, which counts as 3.8",
    `${line("RFB 003.889")}0101`,
    [version38, oneTypeNone, ok],
  ],
  ["4.1, which counts as 3.8", `${line("RFB 004.001")}0101`, [version38, oneTypeNone, ok]],
])("a viewer of %s", (_name, hex, wanted) => {
  test("is greeted, however its bytes arrive", async () => {
    const bytes = Uint8Array.fromHex(hex);
    expect(await greet(wholeStream(bytes))).toEqual(wanted);
    expect(await greet(chunkedStream(bytes, 1))).toEqual(wanted);
  });

  test("is waited for to the last byte", () =>
    expectEveryCutToFail(Uint8Array.fromHex(hex), (stream) => greet(stream)));
});

test("what is no viewer is told so at once", async () => {
  const failure = await failureOf(greet(wholeStream(Buffer.from("GET / HTTP/1.1\r\n"))));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(
    'Cannot greet viewer: found "GET / HTTP/1", wanted RFB 003.003, 003.007 or 003.008',
  );
});

test("a viewer that wants another security type hears why not, if its version has words for it", async () => {
  const reason = "security type 2 was not offered, wanted 1 (None)";
  const sentTo = async (version: string) => {
    const sent: string[] = [];
    const stream = wholeStream(Uint8Array.fromHex(`${line(version)}02`));
    const greeting = greetViewer(stream, { send: async (bytes) => void sent.push(bytes.toHex()) });
    expect((await failureOf(greeting)).message).toBe(`Cannot greet viewer: ${reason}`);
    return sent.slice(2);
  };
  const failed = `00000001${reason.length.toString(16).padStart(8, "0")}`;
  expect(await sentTo("RFB 003.008")).toEqual([failed + Buffer.from(reason).toString("hex")]);
  expect(await sentTo("RFB 003.007")).toEqual([]);
});

test("a viewer that goes is an end of the stream", async () => {
  expect(await failureOf(greet(wholeStream(new Uint8Array(0))))).toBeInstanceOf(EndOfStreamError);
});

test("ServerInit: size, B G R and unused, name in UTF-8", () => {
  expect(encodeServerInit({ width: 1920, height: 1080 }, "Raum Ä").toHex()).toBe(
    `0780${"0438"}${"20180001"}00ff00ff00ff${"100800"}000000${"00000007"}${Buffer.from("Raum Ä").toString("hex")}`,
  );
});
