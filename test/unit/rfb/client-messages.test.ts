import { describe, expect, test } from "bun:test";
import {
  encodeFramebufferUpdateRequest,
  encodeKeyEvent,
  encodePointerEvent,
  encodeSetEncodings,
  encodeSetPixelFormat,
} from "../../../src/rfb/client-messages.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import { transcript } from "../../support/transcript.ts";

const files = [
  "reference-client/webapi-4.7.5-to-server-4.7.5.json",
  "reference-client/webapi-4.11.1-to-server-4.11.1.json",
  "veyon5-fake-server-authkeys.json",
  "transcripts/4.7.5-framebuffer-resize.json",
];

/** What the client sent after ServerInit. */
function sentBy(file: string): string[] {
  const entries = transcript(file);
  const serverInit = entries.findIndex(({ note }) => /^serverinit/i.test(note));
  return entries
    .slice(serverInit)
    .filter(({ from }) => from === "client")
    .map(({ hex }) => hex);
}

const screen = { x: 0, y: 0, width: 64, height: 48 };

describe.each(files)("equal to %s:", (file) => {
  const sent = sentBy(file);

  test("SetPixelFormat", () => {
    expect(encodeSetPixelFormat().toHex()).toBe(sent[0]);
  });

  test("SetEncodings", () => {
    const list = Buffer.from(sent[1], "hex").subarray(4);
    const encodings = Array.from({ length: list.length / 4 }, (_, i) => list.readInt32BE(4 * i));
    expect(encodings).toContain(Encoding.Zrle);
    expect(encodings).toContain(Encoding.DesktopSize);
    expect(encodeSetEncodings(encodings).toHex()).toBe(sent[1]);
  });

  test("FramebufferUpdateRequest", () => {
    const size = Buffer.from(sent[2], "hex");
    const area = { x: 0, y: 0, width: size.readUInt16BE(6), height: size.readUInt16BE(8) };
    expect(encodeFramebufferUpdateRequest(false, area).toHex()).toBe(sent[2]);
  });
});

test("literally", () => {
  expect(encodeSetPixelFormat().toHex()).toBe("000000002018000100ff00ff00ff100800000000");
  expect(encodeSetEncodings([]).toHex()).toBe("02000000");
  expect(encodeSetEncodings([16, 6, 0, -223]).toHex()).toBe(
    "020000040000001000000006" + "00000000ffffff21",
  );
  expect(encodeFramebufferUpdateRequest(false, screen).toHex()).toBe("03000000000000400030");
  expect(encodeFramebufferUpdateRequest(true, screen).toHex()).toBe("03010000000000400030");
  const part = { x: 1, y: 258, width: 65535, height: 3 };
  expect(encodeFramebufferUpdateRequest(true, part).toHex()).toBe("030100010102ffff0003");
  expect(encodeKeyEvent(0x010020ac, true).toHex()).toBe("04010000010020ac");
  expect(encodeKeyEvent(0xffe1, false).toHex()).toBe("040000000000ffe1");
  expect(encodePointerEvent(258, 65535, 0b10000001).toHex()).toBe("05810102ffff");
});
