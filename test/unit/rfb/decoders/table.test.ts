import { expect, test } from "bun:test";
import { createDecoders } from "../../../../src/rfb/decoders/table.ts";
import { wholeStream } from "../../../support/chunked.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";

const options = { decodeJpeg: () => Promise.reject(new Error("no JPEG here")) };

test("has a decoder for each encoding that we can ask for", () => {
  expect([...createDecoders(options).keys()]).toEqual([0, 1, 2, 4, 5, 6, 7, 16]);
});

test("gives each connection streams of its own", async () => {
  const rect = { x: 0, y: 0, width: 5, height: 3 };
  const beginning = Buffer.from("0000000c789c6234561204000000ffff", "hex");
  const first = createDecoders(options);
  const second = createDecoders(options);
  for (const decoders of [first, second]) {
    const zrle = decoders.get(16);
    if (zrle === undefined) throw new Error("no ZRLE");
    const screen = new Framebuffer(5, 3);
    const payload = await zrle.readRect(wholeStream(beginning), rect);
    for (const _ of zrle.decodeRect(payload, rect, screen));
    expect(screen.pixels.every((pixel) => pixel === 0x112233)).toBe(true);
  }
  for (const decoders of [first, second]) for (const decoder of decoders.values()) decoder.close();
});
