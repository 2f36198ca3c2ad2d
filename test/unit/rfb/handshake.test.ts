import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import {
  checkProtocolVersion,
  chooseSecurityType,
  clientInit,
  readSecurityResult,
  readServerInit,
} from "../../../src/rfb/handshake.ts";
import { rfbLimits } from "../../../src/rfb/limits.ts";
import { expectEveryCutToFail, readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { transcript } from "../../support/transcript.ts";

const veyon = 40;
const versionLine = "524642203030332e3030380a";

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

async function expectProtocolError(run: Promise<unknown> | (() => unknown), message: string) {
  const failure = await failureOf(run);
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(message);
}

describe("version", () => {
  test.each(["RFB 003.008\n", "RFB 003.008\0", "RFB 003.007\n", "RFB 004.001\n", "RFB 003.889\n"])(
    "%j is taken",
    (line) => checkProtocolVersion(latin1(line)),
  );

  test.each([
    "RFB 003.003\n",
    "RFB 3.8\n\n\n\n\n",
    "rfb 003.008\n",
    " RFB 003.00\n",
    "RFB 003-008\n",
    "SSH-2.0-Open",
    "HTTP/1.1 400",
    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\0",
  ])("%j is refused", (line) =>
    expectProtocolError(
      () => checkProtocolVersion(latin1(line)),
      `Cannot read RFB version: found ${JSON.stringify(line.slice(0, 11).replace("\xfc", "ü"))}, wanted RFB 003.007 or 003.008`,
    ),
  );
});

describe("security types", () => {
  const lists: [string, string][] = [
    ["Veyon's own list", "0128"],
    ["among others", "03021028"],
    ["the longest list", `ff${"02".repeat(254)}28`],
  ];

  test.each(lists)("%s, cut anywhere and in every chunk", async (_name, hex) => {
    const bytes = Uint8Array.fromHex(hex);
    const answers = await readInEveryWay(bytes, async (stream) => {
      const sink = new RecordingSink();
      await chooseSecurityType(stream, sink, veyon);
      return sink.sent;
    });
    for (const sent of answers) expect(sent).toEqual([versionLine, "28"]);
    await expectEveryCutToFail(bytes, (stream) =>
      chooseSecurityType(stream, new RecordingSink(), veyon),
    );
  });

  test("the version goes alone, and the choice waits for the list", async () => {
    const stream = wholeStream(new Uint8Array(0));
    const sink = new RecordingSink();
    await failureOf(chooseSecurityType(stream, sink, veyon));
    expect(sink.sent).toEqual([versionLine]);
  });

  test("without ours", async () => {
    const sink = new RecordingSink();
    await expectProtocolError(
      chooseSecurityType(wholeStream(Uint8Array.of(2, 1, 2)), sink, veyon),
      "No Veyon Server: it offers the security types 1, 2, wanted 40",
    );
    expect(sink.sent).toEqual([versionLine]);
  });

  test("none, with a reason", () =>
    expectProtocolError(
      chooseSecurityType(wholeStream(latin1("\0\0\0\0\x08too many")), new RecordingSink(), veyon),
      "The server refused the connection: too many",
    ));

  test("none, with a reason longer than anybody reads", async () => {
    const { reasonBytesMax } = rfbLimits;
    const refusal = new ByteWriter()
      .u8(0)
      .u32(0xffffffff)
      .bytes(new Uint8Array(reasonBytesMax + 1).fill(0x78))
      .finish();
    await expectProtocolError(
      chooseSecurityType(wholeStream(refusal), new RecordingSink(), veyon),
      `The server refused the connection: ${"x".repeat(reasonBytesMax)}`,
    );
  });
});

describe("security result", () => {
  test("0 is OK", async () => {
    const ok = new Uint8Array(4);
    await expectEveryCutToFail(ok, readSecurityResult);
    await readInEveryWay(ok, readSecurityResult);
  });

  test.each([1, 2, 0xffffffff])("%d is a refusal, whose reason is not read", (result) =>
    expectProtocolError(
      readSecurityResult(
        wholeStream(new ByteWriter().u32(result).u32(2).bytes(latin1("no")).finish()),
      ),
      "Cannot read security result: not 0 (OK), and Veyon says nothing else",
    ),
  );
});

describe("ServerInit", () => {
  const recorded: [string, number, number, string][] = [
    ["transcripts/4.7.5-auth-keyfile-success.json", 64, 48, "vm:14"],
    ["transcripts/4.11.1-auth-keyfile-success.json", 64, 48, "vm:14"],
    ["transcripts/4.7.5-framebuffer-resize.json", 256, 192, "vm:144"],
    ["veyon5-authkeys-success.json", 800, 600, "vm:96"],
    ["veyon5-fake-server-authldap.json", 64, 48, "fake:0"],
  ];

  test.each(recorded)("%s", async (file, width, height, desktopName) => {
    const entries = transcript(file);
    const { hex } = entries.find(({ note }) => /ServerInit/i.test(note))!;
    const bytes = Uint8Array.fromHex(hex);
    for (const init of await readInEveryWay(bytes, readServerInit)) {
      expect(init).toMatchObject({ width, height });
      expect(init.desktopName).toStartWith(desktopName);
    }
    await expectEveryCutToFail(bytes, readServerInit);
  });

  test("24 zero bytes are a denial", async () => {
    const init = await readServerInit(wholeStream(new Uint8Array(24)));
    expect(init).toEqual({ width: 0, height: 0, desktopName: "" });
  });

  test("the largest size is left to the screen to refuse", async () => {
    const bytes = new ByteWriter().u16(65535).u16(65535).bytes(new Uint8Array(20)).finish();
    expect(await readServerInit(wholeStream(bytes))).toMatchObject({ width: 65535, height: 65535 });
  });

  const withName = (length: number, name: Uint8Array) =>
    wholeStream(new ByteWriter().bytes(new Uint8Array(20)).u32(length).bytes(name).finish());

  test("a name of as many bytes as allowed, and of one more", async () => {
    const max = rfbLimits.desktopNameBytesMax;
    const init = await readServerInit(withName(max, new Uint8Array(max).fill(0x61)));
    expect(init.desktopName).toBe("a".repeat(max));
    await expectProtocolError(
      readServerInit(withName(max + 1, new Uint8Array(0))),
      "Cannot read desktop name: 65537 bytes, at most 65536 allowed",
    );
  });

  test("a name that is no UTF-8 is still a name", async () => {
    const init = await readServerInit(withName(2, Uint8Array.of(0x61, 0xff)));
    expect(init.desktopName).toBe("a\ufffd");
  });

  test("a name shorter than announced is the end", async () => {
    const failure = await failureOf(readServerInit(withName(2, Uint8Array.of(0x61))));
    expect(failure).toBeInstanceOf(EndOfStreamError);
  });
});

test("ClientInit shares the screen", () => {
  expect(clientInit.toHex()).toBe("01");
});
