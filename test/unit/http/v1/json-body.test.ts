import { describe, expect, test } from "bun:test";
import { decodeJsonBody } from "../../../../src/http/v1/json-body.ts";

const read = (body: string | Uint8Array) => decodeJsonBody(Buffer.from(body));

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

const object = { method: "x", nested: { list: [1, "\u00e4\u{1f600}", null] } };
const json = JSON.stringify(object);

describe("an object", () => {
  test.each([
    ["with a byte order mark", `\ufeff${json}`],
    ["with white space around it", `\r\n\t ${json} \n`],
    ["with the last of two equal keys", `{"method":"y",${json.slice(1)}`],
  ])("%s", (_name, body) => {
    expect(read(body)).toEqual({ object, fault: null });
  });
});

describe("strings that JSON does not allow are read as by the reference", () => {
  test.each([
    ["a line break as it is", '"a\nb"', "a\nb"],
    ["the line breaks of Windows", '"a\r\nb"', "a\r\nb"],
    ["other control characters", '"a\u0001\tb\u0000"', "a\u0001\tb\u0000"],
    ["a backslash before an apostrophe", String.raw`"it\'s"`, "it's"],
    ["a backslash before a line break", '"a\\\nb"', "a\nb"],
    ["beside legal escapes", String.raw`"\"\\\/\b\f\n\r\t\u00e4\x"`, '"\\/\b\f\n\r\t\u00e4x'],
    ["an escaped backslash before the end", '"\n\\\\"', "\n\\"],
  ])("%s", (_name, written, text) => {
    expect(read(`{"a":${written}, "b":\n[${written}]}`)).toEqual({
      object: { a: text, b: [text] },
      fault: null,
    });
  });

  test.each([
    ["a control character outside of a string", '{"a":\u00015}'],
    ["a broken Unicode escape", String.raw`{"a":"\u12"}`],
    ["no end", '{"a":"\n\\"}'],
    ["a backslash at the end", '{"a":"\n\\'],
    ["a backslash before what is not ASCII", '{"a":"\\ä"}'],
  ])("but not %s", (_name, body) => {
    expect(read(body)).toEqual({ object: {}, fault: "the body is not JSON" });
  });

  test("millions of quotes and backslashes take no longer than they should", () => {
    for (const piece of ["\\", '"', '\\"', '"\n']) {
      const { fault } = read(`{"a":"${piece.repeat(1_000_000)}`);
      expect(fault).toBe("the body is not JSON");
    }
  });
});

describe("anything else is an empty object, and says why", () => {
  test.each([
    ["", "the body is empty"],
    [" \r\n", "the body is empty"],
    ["\ufeff", "the body is empty"],
    ["garbage", "the body is not JSON"],
    ["active=true", "the body is not JSON"],
    ["{", "the body is not JSON"],
    ['{"active":true', "the body is not JSON"],
    ['{"active":true}}', "the body is not JSON"],
    ["{'active':true}", "the body is not JSON"],
    ['{"active":true}\0', "the body is not JSON"],
    ["[1]", "the body is JSON, but not an object"],
    ['[{"active":true}]', "the body is JSON, but not an object"],
    ["null", "the body is JSON, but not an object"],
    ["true", "the body is JSON, but not an object"],
    ["5", "the body is JSON, but not an object"],
    ['"text"', "the body is JSON, but not an object"],
  ])("%p", (body, fault) => {
    expect(read(body)).toEqual({ object: {}, fault });
  });

  test.each([
    ["Latin-1, as Windows PowerShell sends it", latin1('{"text":"Gr\u00fc\u00dfe"}')],
    ["Latin-1 in a key", latin1('{"gr\u00fc\u00df":1}')],
    ["one byte behind a good object", latin1('{"a":1}\xff')],
    ["a NUL in two bytes", latin1('{"a":"\xc0\x80"}')],
    ["half a surrogate pair", latin1('{"a":"\xed\xa0\x80"}')],
    ["a surrogate pair in six bytes", latin1('{"a":"\xed\xa0\xbd\xed\xb8\x80"}')],
    ["a character that is cut", latin1('{"a":"\xe2\x82"}')],
    ["more than Unicode has", latin1('{"a":"\xf5\x80\x80\x80"}')],
    ["UTF-16 with its mark", Uint8Array.from(Buffer.from('\ufeff{"a":1}', "utf16le"))],
  ])("no UTF-8: %s", (_name, body) => {
    const { object, fault } = read(body);
    expect(object).toEqual({});
    expect(fault).toStartWith("the body is not UTF-8; in PowerShell ");
  });

  test("a replacement character that was sent as such is no fault", () => {
    expect(read('{"a":"\ufffd"}')).toEqual({ object: { a: "\ufffd" }, fault: null });
  });
});

describe("limits", () => {
  const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

  test("as deep as allowed, and one more", () => {
    expect(read(nested(32)).fault).toBeNull();
    expect(read(nested(33))).toEqual({ object: {}, fault: "the body is nested over 32 deep" });
    expect(read(nested(200_000)).fault).toBe("the body is nested over 32 deep");
    expect(read("[".repeat(200_000)).fault).toBe("the body is nested over 32 deep");
    expect(read(`{"a":`.repeat(200_000)).fault).toBe("the body is nested over 32 deep");
  });

  test("brackets side by side, or in a string, are not deep", () => {
    expect(read(`{"a":[${"[],".repeat(100)}[]]}`).fault).toBeNull();
    const brackets = `${"[{".repeat(1000)}\\"[`;
    expect(read(JSON.stringify({ a: brackets })).object).toEqual({ a: brackets });
  });

  test("as many values as allowed, and more", () => {
    const list = (count: number) => `{"a":[${Array(count).fill("1").join()}]}`;
    // Each array and object, and each comma, counts as the begin of one.
    expect(read(list(8190)).fault).toBeNull();
    expect(read(list(8191)).fault).toBe("the body has over 8192 values");
    expect(read(`{"a":[${"[],".repeat(100_000)}1]}`).fault).toBe("the body has over 8192 values");
  });
});
