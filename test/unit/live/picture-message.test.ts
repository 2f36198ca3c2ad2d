/** Binary messages of a live socket, byte for byte as docs/live.md has them. */
import { expect, test } from "bun:test";
import type { Picture } from "../../../src/image/picture-encoder.ts";
import { encodePictureMessage } from "../../../src/live/picture-message.ts";

/** A frame header and nothing else of a JPEG: 24 rows and 8 columns. */
const head = "ffd8ffc0000b080018000801011100";
const strips = ["aa01ffd0", "bb02ffd9"];
const bytes = Uint8Array.fromHex(head + strips.join(""));
const picture = {
  size: { width: 8, height: 24 },
  encoded: {
    bytes,
    stripOffsets: Uint32Array.of(15, 19, 23),
    stripRevisions: Uint32Array.of(4, 7),
  },
} as unknown as Picture;

const messageOf = (sinceRevision: number | null) =>
  encodePictureMessage(300, { picture, sinceRevision }).toHex();

test("the whole picture", () => {
  expect(messageOf(null)).toBe(
    ["01", "01", "012c", "0008", "0018", "0001", "0000", "0018", "00000017", bytes.toHex()].join(
      "",
    ),
  );
});

test("a strip that has changed is a JPEG of its own height that ends with EOI", () => {
  const low = head.replace("080018", "080008");
  expect(messageOf(6)).toBe(
    ["01", "00", "012c", "0008", "0018", "0001", "0010", "0008", "00000013", low, strips[1]].join(
      "",
    ),
  );
});

test("of two strips the first ends with a restart marker", () => {
  expect(messageOf(3)).toBe(messageOf(null).replace(/^0101/, "0100"));
});
