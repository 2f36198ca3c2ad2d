import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { toApiError } from "../../../src/http/errors.ts";
import { lenientJson } from "../../../src/http/lenient-json.ts";

const bodyBytesMax = 4 * 1024 * 1024;

/** Answers with what a route behind it reads. */
const app = new Hono()
  .post("/", lenientJson, async (c) =>
    c.json({ body: await c.req.json(), type: c.req.header("Content-Type") }),
  )
  .onError((error, c) => c.json(toApiError(error)?.body ?? { fault: String(error) }, 400));

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

function post(body: Body | undefined, headers: Record<string, string> = {}) {
  return app.request("/", { method: "POST", headers, ...(body !== undefined && { body }) });
}

async function read(body: Body | undefined, headers?: Record<string, string>) {
  const response = await post(body, headers);
  const { body: value, type } = (await response.json()) as { body: unknown; type: string };
  expect(type).toBe("application/json");
  return value;
}

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
    expect(await read(json, headers)).toEqual(object);
    expect(await read(new TextEncoder().encode(json), headers)).toEqual(object);
  });

  test.each([
    ["with a byte order mark", `\ufeff${json}`],
    ["with white space around it", `\r\n\t ${json} \n`],
    ["with the last of two equal keys", `{"method":"y",${json.slice(1)}`],
  ])("%s", async (_name, body) => {
    expect(await read(body)).toEqual(object);
  });

  test("in pieces", async () => {
    const bytes = new TextEncoder().encode(json);
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await read(body)).toEqual(object);
  });
});

test.each([
  undefined,
  "",
  " ",
  "garbage",
  "[1]",
  '[{"active":true}]',
  "null",
  "true",
  "5",
  '"text"',
  "{",
  '{"active":true',
  '{"active":true}}',
  "{'active':true}",
  '{"active":true}\0',
  "active=true",
])("%p is an empty object", async (body) => {
  expect(await read(body)).toEqual({});
});

test("bytes that are no UTF-8 are replaced", async () => {
  const body = Buffer.concat([Buffer.from('{"a":"'), Uint8Array.of(0xff), Buffer.from('"}')]);
  expect(await read(body)).toEqual({ a: "\ufffd" });
});

describe("limits", () => {
  const padded = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

  test("as many bytes as allowed, and one more", async () => {
    expect(await read(padded(bodyBytesMax))).toEqual({ a: "x".repeat(bodyBytesMax - 8) });
    const response = await post(padded(bodyBytesMax + 1));
    expect(await response.json()).toEqual({
      error: { code: 1, details: "the body has over 4194304 bytes", message: "Invalid data" },
    });
  });

  test.each([100, 10_000, 200_000])("brackets %d deep do no harm", async (depth) => {
    const keys = new Hono().post("/", lenientJson, async (c) =>
      c.json(Object.keys(await c.req.json())),
    );
    const body = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const response = await keys.request("/", { method: "POST", body });
    expect(await response.json()).toEqual(["a"]);
    expect(await read("[".repeat(depth))).toEqual({});
  });
});
