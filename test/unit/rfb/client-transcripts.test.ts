/** What real hosts sent after ServerInit, through the whole client. */
import { describe, expect, test } from "bun:test";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { RfbClient } from "../../../src/rfb/client.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { chunkedStream } from "../../support/chunked.ts";
import { failureOf } from "../../support/failure.ts";
import { allDecoders, openAccount, openLine } from "../../support/rfb-parts.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { transcript } from "../../support/transcript.ts";

const truth = Buffer.from(
  await Bun.file(new URL("../../fixtures/transcripts/pixels.raw", import.meta.url)).bytes(),
);

/** All that the host sent after ServerInit, if the recording has one. */
function sentByHost(name: string): Uint8Array {
  const entries = transcript(`transcripts/${name}.json`);
  const messages = entries.filter(
    ({ from, note }) => from === "server" && !note.startsWith("ServerInit"),
  );
  return Uint8Array.fromHex(messages.map(({ hex }) => hex).join(""));
}

async function skipFeatureMessage(stream: ByteStream): Promise<void> {
  await stream.read(new Cursor(await stream.read(4), "length").u32());
}

/** Runs a client over the recording; gives it, and what it had after each update. */
async function replay(name: string, size: { width: number; height: number }, chunkBytes: number) {
  const steps: { size: string; picture: string }[] = [];
  const client = new RfbClient({
    stream: chunkedStream(sentByHost(name), chunkBytes),
    sink: new RecordingSink(),
    size,
    decoders: allDecoders(),
    line: openLine(),
    memory: openAccount(),
    messageReaders: new Map([[41, skipFeatureMessage]]),
    onUpdate: () =>
      steps.push({ size: text(client.screen.size), picture: text(client.screen.picture) }),
  });
  // As a session does, which asks for what the recording shows.
  client.setEncodings(Object.values(Encoding));
  await client.run();
  return { client, steps };
}

function text(size: { width: number; height: number } | null): string {
  return size === null ? "none" : `${size.width}x${size.height}`;
}

function bytesOf(picture: Framebuffer | null): Buffer {
  return Buffer.from(picture!.pixels.map((pixel) => pixel & 0xffffff).buffer);
}

const size = { width: 64, height: 48 };
const versions = ["4.7.5", "4.11.1"];
const encodings = ["raw", "rre", "hextile", "zlib", "zrle"];
const pictures = [
  ...versions.flatMap((version) => encodings.map((name) => `${version}-framebuffer-${name}`)),
  "4.11.1-framebuffer-tight",
];
const chunkSizes = [1, 100, 1_000_000];

describe.each(pictures)("%s", (name) => {
  test.each(chunkSizes)("in chunks of %d bytes", async (chunkBytes) => {
    const { client, steps } = await replay(name, size, chunkBytes);
    expect(steps).toEqual([{ size: "64x48", picture: "64x48" }]);
    expect(bytesOf(client.screen.picture).equals(truth)).toBe(true);
  });
});

describe("an update with a pseudo-rectangle alone is no picture", () => {
  test("4.7.5", async () => {
    const { client } = await replay("4.7.5-framebuffer-desktopsize-pseudo", size, 1);
    expect(client.screen.picture).toBeNull();
  });

  test("4.11.1, which then sends the picture twice", async () => {
    const { client, steps } = await replay("4.11.1-framebuffer-desktopsize-pseudo", size, 1);
    expect(steps.map(({ picture }) => picture)).toEqual(["none", "64x48", "64x48"]);
    expect(bytesOf(client.screen.picture).equals(truth)).toBe(true);
  });
});

describe.each(versions)("a screen that changes its size, %s", (version) => {
  test.each(chunkSizes)("in chunks of %d bytes", async (chunkBytes) => {
    const name = `${version}-framebuffer-resize`;
    const { steps } = await replay(name, { width: 256, height: 192 }, chunkBytes);
    expect(steps.slice(0, 5)).toEqual([
      { size: "256x192", picture: "256x192" },
      { size: "128x96", picture: "256x192" },
      { size: "128x96", picture: "128x96" },
      { size: "256x192", picture: "128x96" },
      { size: "256x192", picture: "256x192" },
    ]);
  });
});

test.each([
  ["ultra", 9],
  ["zywrle", 17],
])("%s was not asked for", async (name, encoding) => {
  for (const version of versions) {
    const failure = await failureOf(replay(`${version}-framebuffer-${name}`, size, 1));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(`Cannot read rectangle: encoding ${encoding} was not asked for`);
  }
});
