import { expect, test } from "bun:test";
import { suggestion } from "../../../src/config/suggestion.ts";

const names = ["WebAPI/HttpServerPort", "WebAPI/HttpsEnabled", "Network/VeyonServerPort", "--port"];

test.each([
  ["WebAPI/HttpServerport", "WebAPI/HttpServerPort"],
  ["webapi/httpserverport", "WebAPI/HttpServerPort"],
  ["WebApi/HtpServerPrt", "WebAPI/HttpServerPort"],
  ["HttpServerPort", "WebAPI/HttpServerPort"],
  ["VeyonServerPort", "Network/VeyonServerPort"],
  ["--prot", "--port"],
  ["port", "--port"],
])("%s is near", (found, nearest) => {
  expect(suggestion(found, names)).toBe(`did you mean ${nearest}?`);
});

test.each(["WebAPI/HttpServerEnabled", "rt", "", "--markdown", "x".repeat(10_000)])(
  "%p is near to nothing, and answered with all names",
  (found) => {
    expect(suggestion(found, names)).toBe(`wanted ${names.join(", ")}`);
  },
);

test("of no names none is near", () => {
  expect(suggestion("port", [])).toBe("wanted ");
});
