import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { type MessageReader, RfbClient } from "../../../src/rfb/client.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { rfbLimits } from "../../../src/rfb/limits.ts";
import { readInEveryWay, wholeStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { allDecoders, openAccount, openLine } from "../../support/rfb-parts.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { desktopSize, raw, update } from "./update-bytes.ts";

const size = { width: 4, height: 3 };

interface Run {
  readonly client: RfbClient;
  readonly sink: RecordingSink;
  /** One entry for each painted update: the size, and the picture's colour if there is one. */
  readonly updates: string[];
}

function createClient(
  stream: ByteStream,
  messageReaders: ReadonlyMap<number, MessageReader> = new Map(),
  memory = openAccount(),
): Run {
  const updates: string[] = [];
  const sink = new RecordingSink();
  const client = new RfbClient({
    stream,
    sink,
    size,
    decoders: allDecoders(),
    line: openLine(),
    memory,
    messageReaders,
    onUpdate: () => {
      const { screen } = client;
      const colour = screen.picture === null ? "no picture" : screen.picture.pixels[0];
      updates.push(`${screen.size.width}x${screen.size.height} ${colour}`);
    },
  });
  return { client, sink, updates };
}

async function run(stream: ByteStream): Promise<string[]> {
  const { client, updates } = createClient(stream);
  client.setEncodings([Encoding.DesktopSize]);
  await client.run();
  client.close(new Error("over"));
  return updates;
}

const whole = (colour: number) => update(raw(0, 0, 4, 3, colour));

/** A message, and what is behind it must be read in the right place. */
const messages: [string, string][] = [
  ["SetColourMapEntries, none", "010000000000"],
  ["SetColourMapEntries, two", "010000030002" + "ffff".repeat(6)],
  ["Bell", "02"],
  ["ServerCutText, empty", "0300000000000000"],
  ["ServerCutText", "0300000000000003616263"],
  ["ServerCutText in UltraVNC's extended form", "03000000fffffffd010203"],
  ["xvp", "fa000101"],
];

describe.each(messages)("%s", (_name, hex) => {
  test("is passed over, however it arrives", async () => {
    const bytes = Buffer.concat([Uint8Array.fromHex(hex), whole(5), Uint8Array.fromHex(hex)]);
    for (const updates of await readInEveryWay(bytes, run)) expect(updates).toEqual(["4x3 5"]);
  });

  test("cut short is an error, but between messages the end is ordinary", async () => {
    const bytes = Uint8Array.fromHex(hex);
    for (let length = 1; length < bytes.length; length++) {
      const failure = await failureOf(run(wholeStream(bytes.subarray(0, length))));
      expect(failure).toBeInstanceOf(EndOfStreamError);
    }
    expect(await run(wholeStream(bytes))).toEqual([]);
  });
});

test("the end before the first message is ordinary", async () => {
  expect(await run(wholeStream(new Uint8Array(0)))).toEqual([]);
});

test("the error that ends the connection is passed on", async () => {
  const stream = wholeStream(new Uint8Array(0));
  const { client } = createClient(stream);
  const broken = new Error("the cable");
  stream.readOrEnd = () => Promise.reject(broken);
  expect(await failureOf(client.run())).toBe(broken);
});

describe("FramebufferUpdate", () => {
  test("is painted before the next message is read", async () => {
    const bytes = Buffer.concat([
      update(raw(0, 0, 4, 2, 1)),
      update(raw(0, 2, 4, 1, 1)),
      whole(2),
      update(desktopSize(2, 2)),
      update(raw(0, 0, 2, 2, 3)),
    ]);
    for (const updates of await readInEveryWay(bytes, run)) {
      expect(updates).toEqual(["4x3 no picture", "4x3 1", "4x3 2", "2x2 2", "2x2 3"]);
    }
  });

  test("cut short changes nothing", async () => {
    const second = whole(2);
    for (let length = 1; length < second.length; length++) {
      const stream = wholeStream(Buffer.concat([whole(1), second.subarray(0, length)]));
      const { client, updates } = createClient(stream);
      expect(await failureOf(client.run())).toBeInstanceOf(EndOfStreamError);
      expect(updates).toEqual(["4x3 1"]);
      expect(new Set(client.screen.picture!.pixels)).toEqual(new Set([1]));
    }
  });
});

describe("UltraVNC's ResizeFrameBuffer", () => {
  test("is a change of size", async () => {
    const bytes = Buffer.concat([
      whole(1),
      Uint8Array.fromHex("040000020002"),
      update(raw(0, 0, 2, 2, 3)),
    ]);
    for (const updates of await readInEveryWay(bytes, run)) {
      expect(updates).toEqual(["4x3 1", "2x2 1", "2x2 3"]);
    }
  });

  test("cut short is an error", async () => {
    for (let length = 1; length < 6; length++) {
      const bytes = Uint8Array.fromHex("040000020002").subarray(0, length);
      expect(await failureOf(run(wholeStream(bytes)))).toBeInstanceOf(EndOfStreamError);
    }
  });

  test("is refused beyond the limits", async () => {
    const failure = await failureOf(run(wholeStream(Uint8Array.fromHex("0400ffffffff"))));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toStartWith("Cannot hold a screen of 65535x65535");
  });
});

describe("cut text", () => {
  const { cutTextBytesMax } = rfbLimits;
  const cutText = (length: number, there: number) =>
    wholeStream(
      new ByteWriter()
        .u8(3)
        .bytes(new Uint8Array(3))
        .i32(length)
        .bytes(new Uint8Array(there))
        .finish(),
    );

  test.each([cutTextBytesMax, -cutTextBytesMax])("of %d bytes", async (length) => {
    expect(await run(cutText(length, cutTextBytesMax))).toEqual([]);
  });

  test.each([cutTextBytesMax + 1, -cutTextBytesMax - 1, 0x7fffffff, -0x80000000])(
    "of %d bytes is refused",
    async (length) => {
      const failure = await failureOf(run(cutText(length, 0)));
      expect(failure).toBeInstanceOf(ProtocolError);
      expect(failure.message).toBe(
        `Cannot read cut text: ${Math.abs(length)} bytes, at most 16777216 allowed`,
      );
    },
  );
});

describe("message types that are not RFB's own", () => {
  test("go to their readers", async () => {
    const read: number[] = [];
    const readers = new Map([
      [41, async (stream: ByteStream) => void read.push(...(await stream.read(2)))],
    ]);
    const stream = wholeStream(
      Buffer.concat([Uint8Array.of(41, 7, 8), whole(1), Uint8Array.of(41, 9, 9)]),
    );
    const { client, updates } = createClient(stream, readers);
    await client.run();
    expect(read).toEqual([7, 8, 9, 9]);
    expect(updates).toEqual(["4x3 1"]);
  });

  test.each([5, 6, 40, 41, 150, 248, 255])("%d without a reader is the end", async (type) => {
    const failure = await failureOf(run(wholeStream(Uint8Array.of(type, 0, 0, 0))));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(`Cannot read server message: unknown type ${type}`);
  });

  test("an error of a reader is the end", async () => {
    const broken = new Error("reader");
    const readers = new Map([[41, () => Promise.reject(broken)]]);
    const { client } = createClient(wholeStream(Uint8Array.of(41)), readers);
    expect(await failureOf(client.run())).toBe(broken);
  });
});

test("takes what it has asked for, also when it has asked for something else since", async () => {
  const copy = { width: 1, height: 1, encoding: Encoding.CopyRect, payload: "00010000" };
  const bytes = Buffer.concat([whole(1), update(copy)]);
  const { client } = createClient(wholeStream(bytes));
  const failure = await failureOf(client.run());
  expect(failure).toEqual(new ProtocolError("Cannot read rectangle: encoding 1 was not asked for"));
  const { client: other, updates } = createClient(wholeStream(bytes));
  other.setEncodings([Encoding.CopyRect]);
  other.setEncodings([Encoding.Zrle]);
  await other.run();
  expect(updates).toEqual(["4x3 1", "4x3 1"]);
});

test("closing gives back the memory, and stops what is being painted", async () => {
  const memory = openAccount();
  const { client, updates } = createClient(wholeStream(whole(1)), new Map(), memory);
  await client.run();
  expect(memory.bytes).toBeGreaterThan(4 * 3 * 4);
  const picture = client.screen.picture!;
  const reason = new Error("over");
  client.close(reason);
  expect(memory.bytes).toBe(0);
  expect(picture.pixels).toHaveLength(0);
  expect(await failureOf(picture.whenStill(() => 1))).toBe(reason);
  expect(updates).toEqual(["4x3 1"]);
});

test("what comes behind the message that closes it is not read", async () => {
  const bytes = Buffer.concat([whole(1), Uint8Array.of(41), update()]);
  const reason = new Error("denied");
  const readers = new Map([[41, () => client.close(reason)]]);
  const { client, updates } = createClient(wholeStream(bytes), readers);
  let picture: Framebuffer | null = null;
  const waiting = client.screen.firstPicture.then(() => (picture = client.screen.picture));
  expect(await failureOf(client.run())).toBe(reason);
  await waiting;
  expect(updates).toEqual(["4x3 1"]);
  // Nor is it left to those who want the picture to wait for the end of an update.
  expect(await failureOf(picture!.whenStill(() => 1))).toBe(reason);
  picture!.beginPaint();
  expect(await failureOf(picture!.whenStill(() => 1))).toBe(reason);
});

test("asks in the size that holds now", async () => {
  const { client, sink } = createClient(wholeStream(update(desktopSize(258, 2))));
  client.start();
  client.setEncodings([16, -223]);
  client.requestUpdate(false);
  await client.run();
  client.setEncodings([0]);
  client.requestUpdate(true);
  expect(sink.sent).toEqual([
    "000000002018000100ff00ff00ff100800000000",
    "0200000200000010ffffff21",
    "03000000000000040003",
    "0200000100000000",
    "03010000000001020002",
  ]);
});
