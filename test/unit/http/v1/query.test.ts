/** Queries as Veyon 4.7.5 reads them: each line was asked of it. */
import { expect, test } from "bun:test";
import { queryParameters } from "../../../../src/http/v1/query.ts";

test.each<[string, Record<string, string>]>([
  ["", { "": "" }],
  ["width=10&width=20", { width: "20" }],
  ["width=100&width=", { width: "" }],
  ["width=100&width", { width: "" }],
  ["width=&width=100", { width: "100" }],
  ["width=50&Width=100&width=60", { width: "60", Width: "100" }],
  ["width=100+", { width: "100+" }],
  ["width=+100", { width: "+100" }],
  ["width=%2B100", { width: "%2B100" }],
  ["width=%2b100", { width: "%2b100" }],
  ["width=100%20", { width: "100 " }],
  ["width=%09100%0A%00%7f", { width: "%09100%0A%00%7f" }],
  ["width=%C2%A0100", { width: "\u00a0100" }],
  ["width=%31%30", { width: "10" }],
  ["width=%2531%2530", { width: "%31%30" }],
  ["w%69dth=100", { width: "100" }],
  ["width%3D100", { "width=100": "" }],
  ["width==100", { width: "=100" }],
  ["width=10;height=20", { width: "10;height=20" }],
  ["height=20;width=10&height=7", { height: "7" }],
  ["width=10%26height=20", { width: "10&height=20" }],
  ["?width=100", { "?width": "100" }],
  ["width=100?height=20", { width: "100?height=20" }],
  ["width=100#&width=5", { width: "100" }],
  ["&&width=100&", { "": "", width: "100" }],
  ["=100", { "": "100" }],
  ["width=%zz&height=7%", { width: "%zz", height: "7%" }],
  ["width=%FF100", { width: "%FF100" }],
])("?%s", (query, parameters) => {
  const found = queryParameters(`http://localhost/api/v1/framebuffer?${query}`);
  expect(Object.fromEntries(found)).toEqual(parameters);
});

test("no query", () => {
  expect([...queryParameters("http://localhost/api/v1/framebuffer").keys()]).toEqual([""]);
  expect([...queryParameters("http://localhost/x#?width=1").keys()]).toEqual([""]);
});
