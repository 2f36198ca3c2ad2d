/** Texts that are copied, in both forms and both directions. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { ViewerClipboard } from "../../../src/viewer/clipboard.ts";
import { failureOf } from "../../support/failure.ts";

function open(isExtended = true) {
  const toHost: string[] = [];
  const clipboard = new ViewerClipboard((text) => toHost.push(text));
  clipboard.setExtended(isExtended);
  const caps = clipboard.takeMessages().toHex();
  const take = (hex: string, isExtended = true) =>
    clipboard.take(Uint8Array.fromHex(hex.replaceAll(/\s/g, "")), isExtended);
  return { clipboard, toHost, caps, take, sent: () => clipboard.takeMessages().toHex() };
}

const capsMessage = "03000000" + "fffffff8" + "1f000001" + "00000000";
const requestMessage = "03000000" + "fffffffc" + "02000001";
const notifyMessage = "03000000" + "fffffffc" + "08000001";

/** As a viewer provides a text. */
function provided(text: string, length = Buffer.byteLength(text)): string {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeUInt32BE(length);
  bytes.write(text, 4);
  return `10000001${deflateSync(bytes).toString("hex")}`;
}

describe("the extended form", () => {
  test("is offered once to a viewer that knows it, and no text comes unasked", () => {
    const { clipboard, caps, sent } = open();
    expect(caps).toBe(capsMessage);
    clipboard.setExtended(true);
    expect(clipboard.isDue).toBe(false);
    expect(sent()).toBe("");
    expect(open(false).caps).toBe("");
  });

  test("a viewer's text is asked for when it says that it has one", () => {
    const { take, sent, toHost } = open();
    take("1f000001 00000000");
    expect(sent()).toBe("");
    take("08000000");
    expect(sent()).toBe("");
    take("08000001");
    take("08000001");
    expect(sent()).toBe(requestMessage);
    take(provided("ä €\r\nα\r\n\0"));
    expect(toHost).toEqual(["ä €\nα\n"]);
  });

  test("a host's text is sent when the viewer asks for it", () => {
    const { clipboard, take, sent } = open();
    take("02000001");
    expect(sent()).toBe("");
    clipboard.hostHas("ä €\nα");
    clipboard.hostHas("ß\nα");
    expect(sent()).toBe(notifyMessage);
    take("04000000");
    expect(sent()).toBe(notifyMessage);
    take("02000002");
    expect(sent()).toBe("");
    take("02000001");
    take("02000001");
    const message = Buffer.from(sent(), "hex");
    expect(message.subarray(0, 4).toHex()).toBe("03000000");
    expect(-message.readInt32BE(4)).toBe(message.length - 8);
    expect(message.subarray(8, 12).toHex()).toBe("10000001");
    const text = inflateSync(message.subarray(12));
    expect(text.readUInt32BE()).toBe(text.length - 4);
    expect(text.subarray(4).toString()).toBe("ß\r\nα\0");
  });

  test("a host says of what it was sent that it has it, which is no news to the sender", () => {
    const { clipboard, take, sent } = open();
    take(provided("abc\0"));
    clipboard.hostHas("abc");
    expect(sent()).toBe("");
    clipboard.hostHas("abcd");
    expect(sent()).toBe(notifyMessage);
  });

  test("a viewer that asks before there is a text hears that there is none", () => {
    const { take, sent } = open();
    take("04000000");
    expect(sent()).toBe("03000000fffffffc08000000");
  });

  test("other formats and actions are passed over", () => {
    const { take, sent, toHost } = open();
    take("10000002789c030000000001");
    take("00000001");
    take("80000001");
    take("01000001 00000014");
    expect([sent(), toHost]).toEqual(["", []]);
  });

  test.each([
    ["no flags", "080000", "Cannot read extended ClientCutText: 3 bytes, wanted at least 4"],
    [
      "what is no zlib stream",
      "10000001 ffffffff",
      "Cannot inflate extended ClientCutText: incorrect header check",
    ],
    [
      "a text that ends early",
      provided("abc", 4),
      "Cannot inflate extended ClientCutText: data ended 1 bytes early",
    ],
    [
      "nothing at all",
      "10000001",
      "Cannot inflate extended ClientCutText: data ended 4 bytes early",
    ],
    [
      "a text of over 1 MiB",
      provided("abc", 1024 * 1024 + 1),
      "Cannot read extended ClientCutText: a text of 1048577 bytes, at most 1048576 allowed",
    ],
  ])("refuses %s", async (_name, hex, message) => {
    const { take, toHost } = open();
    const failure = await failureOf(Promise.try(() => take(hex)));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(message);
    expect(toHost).toEqual([]);
  });

  test("of what was made small a quarter of a mebibyte is read, and no more is looked at", () => {
    const { take, toHost } = open();
    const bomb = Buffer.alloc(64 * 1024 * 1024);
    const giveOf = (length: number) => {
      bomb.writeUInt32BE(length);
      take(`10000001${deflateSync(bomb).toString("hex")}`);
    };
    giveOf(256 * 1024);
    expect(toHost.map(({ length }) => length)).toEqual([256 * 1024 - 1]);
    // No host takes it, so it is as if it had not been copied.
    for (const length of [256 * 1024 + 1, 1024 * 1024]) giveOf(length);
    expect(toHost).toHaveLength(1);
  });
});

describe("Latin-1", () => {
  test("goes to the host as it is", () => {
    const { take, toHost } = open(false);
    take("61e40a62", false);
    expect(toHost).toEqual(["aä\nb"]);
  });

  test("of the host has a question mark for what it lacks", () => {
    const { clipboard, sent } = open(false);
    clipboard.hostHas("aä\n€😀");
    expect(sent()).toBe("03000000" + "00000005" + "61e40a3f3f");
  });
});
