import { describe, expect, test } from "bun:test";
import type { ApiError } from "../../../../src/http/errors.ts";
import { readJsonBody } from "../../../../src/http/v1/json-body.ts";
import { failureOf } from "../../../support/failure.ts";

const bodyBytesMax = 4 * 1024 * 1024;

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

function read(body: Body | undefined, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers, ...(body !== undefined && { body }) };
  return readJsonBody(new Request("http://localhost/", init));
}

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

const object = { method: "x", nested: { list: [1, "\u00e4\u{1f600}", null] } };
const json = JSON.stringify(object);

describe("an object", () => {
  test.each([
    {},
    { "Content-Type": "application/json" },
    { "Content-Type": "application/json; charset=utf-8" },
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/x-www-form-urlencoded" },
    { "Content-Type": "image/png" },
    { "Content-Type": "nonsense" },
  ] as Record<string, string>[])("whatever its type is called: %j", async (headers) => {
    expect(await read(json, headers)).toEqual({ object, fault: null });
    expect(await read(new TextEncoder().encode(json), headers)).toEqual({ object, fault: null });
  });

  test.each([
    ["with a byte order mark", `\ufeff${json}`],
    ["with white space around it", `\r\n\t ${json} \n`],
    ["with the last of two equal keys", `{"method":"y",${json.slice(1)}`],
  ])("%s", async (_name, body) => {
    expect(await read(body)).toEqual({ object, fault: null });
  });

  test("in pieces", async () => {
    const bytes = new TextEncoder().encode(json);
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await read(body)).toEqual({ object, fault: null });
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
  ])("%s", async (_name, written, text) => {
    expect(await read(`{"a":${written}, "b":\n[${written}]}`)).toEqual({
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
  ])("but not %s", async (_name, body) => {
    expect(await read(body)).toEqual({ object: {}, fault: "the body is not JSON" });
  });

  test("millions of quotes and backslashes take no longer than they should", async () => {
    for (const piece of ["\\", '"', '\\"', '"\n']) {
      const { fault } = await read(`{"a":"${piece.repeat(1_000_000)}`);
      expect(fault).toBe("the body is not JSON");
    }
  });
});

describe("anything else is an empty object, and says why", () => {
  test.each<[Body | undefined, string]>([
    [undefined, "the body is empty"],
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
  ])("%p", async (body, fault) => {
    expect(await read(body)).toEqual({ object: {}, fault });
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
  ])("no UTF-8: %s", async (_name, body) => {
    const { object, fault } = await read(body);
    expect(object).toEqual({});
    expect(fault).toStartWith("the body is not UTF-8; in PowerShell ");
  });

  test("a replacement character that was sent as such is no fault", async () => {
    expect(await read('{"a":"\ufffd"}')).toEqual({ object: { a: "\ufffd" }, fault: null });
  });
});

describe("limits", () => {
  const padded = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

  test("as many bytes as allowed, and one more", async () => {
    expect((await read(padded(bodyBytesMax))).object).toEqual({ a: "x".repeat(bodyBytesMax - 8) });
    const failure = await failureOf(read(padded(bodyBytesMax + 1)));
    expect((failure as ApiError).body).toEqual({
      error: { code: 1, details: "the body has over 4194304 bytes", message: "Invalid data" },
    });
  });

  test.each([100, 10_000, 200_000])("brackets %d deep do no harm", async (depth) => {
    const { object } = await read(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(Object.keys(object)).toEqual(["a"]);
    expect((await read("[".repeat(depth))).fault).toBe("the body is not JSON");
  });
});
