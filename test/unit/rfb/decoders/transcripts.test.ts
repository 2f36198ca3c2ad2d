/** What real hosts sent, decoded to the picture that was on their screen. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Cursor } from "../../../../src/bytes/cursor.ts";
import type { Decoder } from "../../../../src/rfb/decoders/decoder.ts";
import { Encoding } from "../../../../src/rfb/encodings.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { chunkedStream, wholeStream } from "../../../support/chunked.ts";
import { allDecoders, unlimitedRoom } from "../../../support/rfb-parts.ts";

const folder = new URL("../../../fixtures/transcripts/", import.meta.url);

interface Transcript {
  readonly transcript: readonly { readonly dir: string; readonly hex: string }[];
}

/** The FramebufferUpdates of a recording, without feature messages (type 41) and ServerInit. */
function updatesOf(name: string): Buffer[] {
  const { transcript }: Transcript = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  return transcript
    .filter((entry) => entry.dir === "s2c" && entry.hex.startsWith("0000"))
    .map((entry) => Buffer.from(entry.hex, "hex"));
}

type Decoders = ReadonlyMap<number, Decoder<unknown>>;

/** Paints one update; gives the encodings of its rectangles. A DesktopSize gives a new screen. */
async function applyUpdate(
  update: Uint8Array,
  chunkBytes: number,
  decoders: Decoders,
  screen: Framebuffer,
): Promise<{ screen: Framebuffer; encodings: number[] }> {
  const stream =
    chunkBytes >= update.length ? wholeStream(update) : chunkedStream(update, chunkBytes);
  const header = new Cursor(await stream.read(4), "header");
  header.skip(2);
  const encodings: number[] = [];
  for (let count = header.u16(); count > 0; count--) {
    const fields = new Cursor(await stream.read(12), "rectangle");
    const rect = { x: fields.u16(), y: fields.u16(), width: fields.u16(), height: fields.u16() };
    const encoding = fields.i32();
    encodings.push(encoding);
    if (encoding === Encoding.DesktopSize) {
      screen = new Framebuffer(rect.width, rect.height);
      continue;
    }
    if (encoding === Encoding.ExtendedDesktopSize) {
      await stream.read(20);
      continue;
    }
    const decoder = decoders.get(encoding);
    if (decoder === undefined) throw new Error(`No decoder for ${encoding}`);
    const payload = await decoder.readRect(stream, rect, unlimitedRoom);
    for (const _ of decoder.decodeRect(payload, rect, screen));
    screen.touch(rect);
  }
  expect(await stream.readOrEnd(1)).toBeNull();
  return { screen, encodings };
}

const pictures = [
  { encoding: Encoding.Raw, name: "raw", versions: ["4.7.5", "4.11.1"] },
  { encoding: Encoding.Rre, name: "rre", versions: ["4.7.5", "4.11.1"] },
  { encoding: Encoding.Hextile, name: "hextile", versions: ["4.7.5", "4.11.1"] },
  { encoding: Encoding.Zlib, name: "zlib", versions: ["4.7.5", "4.11.1"] },
  { encoding: Encoding.Zrle, name: "zrle", versions: ["4.7.5", "4.11.1"] },
  { encoding: Encoding.Tight, name: "tight", versions: ["4.11.1"] },
].flatMap(({ encoding, name, versions }) =>
  versions.map((version) => ({ encoding, file: `${version}-framebuffer-${name}.json` })),
);

const truth = Buffer.from(readFileSync(new URL("pixels.raw", folder)));

function bytesOf(screen: Framebuffer): Buffer {
  return Buffer.from(screen.pixels.map((pixel) => pixel & 0xffffff).buffer);
}

describe.each(pictures)("$file", ({ file, encoding }) => {
  test.each([Number.MAX_SAFE_INTEGER, 1, 100])("in chunks of %d bytes", async (chunkBytes) => {
    const [update] = updatesOf(file);
    const { screen, encodings } = await applyUpdate(
      update,
      chunkBytes,
      allDecoders(),
      new Framebuffer(64, 48),
    );
    expect(encodings).toEqual([encoding]);
    expect(screen.complete).toBe(true);
    expect(bytesOf(screen).equals(truth)).toBe(true);
  });
});

test("several updates on one stream, 4.11.1", async () => {
  const decoders = allDecoders();
  let screen = new Framebuffer(64, 48);
  const updates = updatesOf("4.11.1-framebuffer-desktopsize-pseudo.json");
  expect(updates.length).toBe(3);
  for (const update of updates) ({ screen } = await applyUpdate(update, 1, decoders, screen));
  expect(bytesOf(screen).equals(truth)).toBe(true);
});

test.each(["4.7.5", "4.11.1"])("a screen that changes its size, %s", async (version) => {
  const decoders = allDecoders();
  let screen = new Framebuffer(256, 192);
  const sizes: string[] = [];
  for (const update of updatesOf(`${version}-framebuffer-resize.json`)) {
    const result = await applyUpdate(update, 50, decoders, screen);
    screen = result.screen;
    if (result.encodings[0] === Encoding.Zrle) {
      expect(screen.complete).toBe(true);
      sizes.push(`${screen.width}x${screen.height}`);
    }
  }
  expect(new Set(sizes)).toEqual(new Set(["256x192", "128x96"]));
});
