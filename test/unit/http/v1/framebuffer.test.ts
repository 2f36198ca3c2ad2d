/**
 * How the query is read, in the order of the checks; the pictures themselves are image/'s business.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { HostError } from "../../../../src/connect/host-error.ts";
import type { Picture } from "../../../../src/image/picture-encoder.ts";
import { PictureError } from "../../../../src/image/picture-error.ts";
import type { PictureParameters } from "../../../../src/image/picture-parameters.ts";
import type { Look, WatchedHost } from "../../../../src/watch/watched-host.ts";
import { type Api, createApi, errorOf } from "../api.ts";

const byDefault: PictureParameters = {
  format: "png",
  compression: 5,
  quality: 75,
  width: null,
  height: null,
};

let api: Api;
afterEach(() => api.close());

/** A host with a picture; `asked` has the parameters of the pictures that were made. */
function arrange(look: () => Promise<Look | null> = showPicture) {
  const asked: PictureParameters[] = [];
  const lookAt: WatchedHost["look"] = async (parameters, isKnown) => {
    if (isKnown('"now"')) return { etag: '"now"', picture: null };
    asked.push(parameters);
    return look();
  };
  api = createApi({ look: lookAt });
  return { api, asked };
}

const picture = { bytes: Uint8Array.of(1, 2, 3), etag: '"then"' } as Picture;
const showPicture = () => Promise.resolve({ etag: picture.etag, picture });

async function parametersFor(query: string): Promise<Partial<PictureParameters>> {
  const { asked } = arrange();
  const response = await api.request("GET", `framebuffer?${query}`);
  expect(response.status).toBe(200);
  return asked[0];
}

describe("format", () => {
  test.each<[string, "png" | "jpeg", string]>([
    ["", "png", "image/png"],
    ["format=", "png", "image/png"],
    ["format=png", "png", "image/png"],
    ["format=jpeg", "jpeg", "image/jpeg"],
    ["format=jpg", "jpeg", "image/jpeg"],
    ["format=%6apg", "jpeg", "image/jpeg"],
    ["format=jpeg&format=png", "png", "image/png"],
    ["format=png&format=jpeg", "jpeg", "image/jpeg"],
    ["format=jpeg&format", "png", "image/png"],
    ["unknown=1", "png", "image/png"],
    ["Format=jpeg", "png", "image/png"],
  ])("%j", async (query, format, contentType) => {
    const { asked } = arrange();
    const response = await api.request("GET", `framebuffer?${query}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe(contentType);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
    expect(asked).toEqual([{ ...byDefault, format }]);
  });

  test.each(["PNG", "Jpeg", "gif", "bmp", "webp", "png ", "constructor", "__proto__"])(
    "%j is not supported",
    async (format) => {
      arrange();
      const response = await api.request("GET", `framebuffer?format=${encodeURIComponent(format)}`);
      expect(response.status).toBe(503);
      expect(await errorOf(response)).toEqual({ code: 9, message: "Unsupported image format" });
    },
  );
});

/** What is written, and what that means; null: as if it were absent. */
const numbers: [string, number | null][] = [
  ["1", 1],
  ["7", 7],
  ["007", 7],
  ["%207", 7],
  ["7%20", 7],
  ["+7", 7],
  ["%2B7", null],
  ["7+", null],
  ["0", null],
  ["-1", null],
  ["10.5", null],
  ["1e1", null],
  ["0x7", null],
  ["", null],
  ["x", null],
  ["7x", null],
  ["7&NAME=9", 9],
  ["7&NAME=", null],
  ["NaN", null],
  ["2147483648", null],
  ["99999999999999999999", null],
];

describe.each([
  ["compression", 5],
  ["quality", 75],
  ["width", null],
  ["height", null],
] as const)("%s", (name, absent) => {
  test.each(numbers)("=%s: %p", async (text, number) => {
    const query = `${name}=${text.replace("NAME", name)}`;
    expect(await parametersFor(query)).toEqual({ ...byDefault, [name]: number ?? absent });
  });
});

test.each([
  ["compression=9", { compression: 9 }],
  ["compression=10", { compression: 9 }],
  ["compression=2147483647", { compression: 9 }],
  ["quality=100", { quality: 100 }],
  ["quality=101", { quality: 100 }],
  ["width=2147483647", { width: 2147483647 }],
  [
    "width=32&height=32&quality=1&compression=1",
    { width: 32, height: 32, quality: 1, compression: 1 },
  ],
])("%s is cut to what there is", async (query, parameters) => {
  expect(await parametersFor(query)).toEqual({ ...byDefault, ...parameters });
});

test("a picture that the client has already is not made again", async () => {
  const { asked, api } = arrange();
  const headers = { "Connection-Uid": api.uid, "If-None-Match": '"old", W/"now"' };
  const response = await api.app.request("/api/v1/framebuffer", { headers });
  expect(response.status).toBe(304);
  expect(await response.text()).toBe("");
  expect(asked).toEqual([]);
});

describe("no picture", () => {
  test("as long as the host has not sent a whole one", async () => {
    arrange(() => Promise.resolve(null));
    const response = await api.request("GET", "framebuffer");
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("1");
    expect(await errorOf(response)).toEqual({
      code: 10,
      details: "the host has not sent every pixel of its screen yet",
      message: "Framebuffer not yet available",
    });
  });

  test("when the host is gone, with the reason", async () => {
    arrange(() => Promise.reject(new HostError("lost", "the host closed the connection")));
    const response = await api.request("GET", "framebuffer");
    expect(response.status).toBe(503);
    expect(await errorOf(response)).toMatchObject({
      code: 10,
      details: "the host closed the connection",
    });
  });

  test("when it cannot be made", async () => {
    arrange(() => Promise.reject(new PictureError("parameters", "too large")));
    const response = await api.request("GET", "framebuffer");
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toMatchObject({ code: 11, details: "too large" });
  });

  test("an unsupported format is told before that", async () => {
    arrange(() => Promise.resolve(null));
    expect((await errorOf(await api.request("GET", "framebuffer?format=gif"))).code).toBe(9);
  });
});
