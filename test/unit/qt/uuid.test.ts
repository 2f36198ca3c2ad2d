import { expect, test } from "bun:test";
import { nilUuid, parseUuid, uuidFromBytes, uuidToBytes } from "../../../src/qt/uuid.ts";

const uuid = "0c69b301-81b4-42d6-8fae-128cdd113314";
const hex = "0c69b30181b442d68fae128cdd113314";

const forms: [string, string | null][] = [
  [uuid, uuid],
  [`{${uuid}}`, uuid],
  [uuid.toUpperCase(), uuid],
  [`{${uuid.toUpperCase()}}`, uuid],
  [nilUuid, nilUuid],
  [`{${uuid}`, null],
  [`${uuid}}`, null],
  [`{{${uuid}}}`, null],
  [`(${uuid})`, null],
  [hex, null],
  [` ${uuid}`, null],
  [`${uuid}\n`, null],
  [`${uuid}, ${uuid}`, null],
  [uuid.slice(1), null],
  [`${uuid}0`, null],
  [uuid.replace("c", "g"), null],
  ["0c69b30181b4-42d6-8fae-128c-dd113314", null],
  ["", null],
  ["garbage", null],
];

test.each(forms)("%j", (text, parsed) => {
  expect(parseUuid(text)).toBe(parsed);
});

test("the 16 bytes are in the order of the text", () => {
  expect(uuidToBytes(uuid).toHex()).toBe(hex);
  expect(uuidFromBytes(Uint8Array.fromHex(hex))).toBe(uuid);
});

test("bytes and back", () => {
  for (let round = 0; round < 100; round++) {
    const random = crypto.randomUUID();
    expect(uuidFromBytes(uuidToBytes(random))).toBe(random);
    expect(parseUuid(`{${random.toUpperCase()}}`)).toBe(random);
  }
});
