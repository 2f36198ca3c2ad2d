import { expect, test } from "bun:test";
import { wholeStream } from "../../../support/chunked.ts";
import { allDecoders, unlimitedRoom } from "../../../support/rfb-parts.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";

test("has a decoder for each encoding that we can ask for", () => {
  expect([...allDecoders().keys()]).toEqual([0, 1, 2, 4, 5, 6, 7, 16]);
});

test("gives each connection streams of its own", async () => {
  const rect = { x: 0, y: 0, width: 5, height: 3 };
  const beginning = Buffer.from("0000000c789c6234561204000000ffff", "hex");
  const first = allDecoders();
  const second = allDecoders();
  for (const decoders of [first, second]) {
    const zrle = decoders.get(16);
    if (zrle === undefined) throw new Error("no ZRLE");
    const screen = new Framebuffer(5, 3);
    const payload = await zrle.readRect(wholeStream(beginning), rect, unlimitedRoom);
    for (const _ of zrle.decodeRect(payload, rect, screen));
    expect(screen.pixels.every((pixel) => pixel === 0x112233)).toBe(true);
  }
  for (const decoders of [first, second]) for (const decoder of decoders.values()) decoder.close();
});
