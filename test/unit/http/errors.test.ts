import { describe, expect, test } from "bun:test";
import { HTTPException } from "hono/http-exception";
import { HostError, type HostFailure } from "../../../src/connect/host-error.ts";
import { ApiError, type ApiErrorName, toApiError } from "../../../src/http/errors.ts";
import { PictureError, type PictureErrorReason } from "../../../src/image/picture-error.ts";

/** The documentation's table, with the messages that the reference was seen to send. */
const documented: [ApiErrorName, number, number, string][] = [
  ["InvalidData", 1, 400, "Invalid data"],
  ["InvalidConnection", 2, 401, "Invalid connection"],
  ["InvalidFeature", 3, 400, "Invalid feature"],
  ["InvalidCredentials", 4, 400, "Invalid or incomplete credentials"],
  ["AuthenticationMethodNotAvailable", 5, 400, "Authentication method not offered by server"],
  ["AuthenticationFailed", 6, 401, "Authentication failed"],
  ["NotAllowed", 6, 403, "Authentication failed"],
  ["ConnectionLimitReached", 7, 429, "Limit for maximum number of connections reached"],
  ["ConnectionTimedOut", 8, 408, "Connection timed out"],
  ["UnsupportedImageFormat", 9, 503, "Unsupported image format"],
  ["FramebufferNotAvailable", 10, 503, "Framebuffer not yet available"],
  ["FramebufferEncodingError", 11, 500, "Framebuffer encoding error"],
  ["ProtocolMismatch", 12, 501, "Protocol mismatch error"],
];

describe.each(documented)("%s", (name, code, status, message) => {
  test("has its code, status and message", () => {
    const error = new ApiError(name);
    expect(error.status as number).toBe(status);
    expect(JSON.stringify(error.body)).toBe(`{"error":{"code":${code},"message":"${message}"}}`);
  });

  test("has its details between them, in the order of the alphabet", () => {
    const error = new ApiError(name, "why");
    expect(JSON.stringify(error.body)).toBe(
      `{"error":{"code":${code},"details":"why","message":"${message}"}}`,
    );
    expect(error.message).toBe("why");
  });
});

const failures: Record<HostFailure, number> = {
  "bad-address": 8,
  "unknown-name": 8,
  "no-name-server": 8,
  refused: 8,
  "no-neighbour": 8,
  "no-route": 8,
  "timed-out": 8,
  silent: 8,
  "not-veyon": 8,
  "hung-up": 8,
  untrusted: 8,
  unencrypted: 8,
  "no-method": 12,
  "method-not-offered": 5,
  "credentials-refused": 6,
  "access-denied": 6,
  "not-allowed": 6,
  lost: 8,
  cancelled: 8,
  overloaded: 7,
  "no-descriptors": 7,
};

const reasons: Record<PictureErrorReason, number> = {
  parameters: 11,
  engine: 11,
  closed: 2,
  unwanted: 10,
  overloaded: 10,
};

test.each(Object.entries(failures))("a host that cannot be had, %s: %d", (failure, code) => {
  const cause = new HostError(failure as HostFailure, "the reason");
  const error = toApiError(cause)!;
  expect(error.body.error).toMatchObject({ code, details: "the reason" });
  expect(error.cause).toBe(cause);
});

test.each(Object.entries(reasons))("a picture that cannot be made, %s: %d", (reason, code) => {
  const error = toApiError(new PictureError(reason as PictureErrorReason, "the reason"))!;
  expect(error.body.error).toMatchObject({ code, details: "the reason" });
});

test("an error of the API is passed on", () => {
  const error = new ApiError("InvalidFeature");
  expect(toApiError(error)).toBe(error);
});

test.each([400, 404, 413, 415] as const)("what Hono refuses with %d is invalid data", (status) => {
  const error = toApiError(new HTTPException(status, { message: "Malformed" }))!;
  expect(error.body.error).toMatchObject({ code: 1, details: "Malformed" });
});

test("a fault of ours is none of them", () => {
  const faults = [new HTTPException(500), new TypeError("x is undefined"), "text", null, undefined];
  expect(faults.map(toApiError)).toEqual([null, null, null, null, null]);
});
