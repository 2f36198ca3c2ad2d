import { expect } from "bun:test";
import type { ApiAnswer } from "./api-client.ts";

/** The documentation's table: code, status, message. */
export const documentedErrors = {
  InvalidData: [1, 400, "Invalid data"],
  InvalidConnection: [2, 401, "Invalid connection"],
  InvalidFeature: [3, 400, "Invalid feature"],
  InvalidCredentials: [4, 400, "Invalid or incomplete credentials"],
  AuthenticationMethodNotAvailable: [5, 400, "Authentication method not offered by server"],
  AuthenticationFailed: [6, 401, "Authentication failed"],
  /** Ours, and documented in the README. */
  NotAllowed: [6, 403, "Authentication failed"],
  TooManyRefusals: [6, 429, "Authentication failed"],
  ConnectionLimitReached: [7, 429, "Limit for maximum number of connections reached"],
  ConnectionTimedOut: [8, 408, "Connection timed out"],
  UnsupportedImageFormat: [9, 503, "Unsupported image format"],
  FramebufferNotAvailable: [10, 503, "Framebuffer not yet available"],
  ProtocolMismatch: [12, 501, "Protocol mismatch error"],
} as const;

export type DocumentedError = keyof typeof documentedErrors;

/**
 * Expects this error and nothing else in the body; `details` has to be in its details, undefined
 * allows any.
 */
export function expectError(
  answer: ApiAnswer,
  name: DocumentedError,
  details?: string | RegExp | null,
): void {
  const [code, status, message] = documentedErrors[name];
  const { text, contentType } = answer;
  expect({ status: answer.status, contentType, text }).toMatchObject({
    status,
    contentType: "application/json",
  });
  const { error, ...rest } = answer.json as { error: Record<string, unknown> };
  expect(rest).toEqual({});
  const { details: found, ...others } = error;
  expect(others).toEqual({ code, message });
  if (details === null) expect(found).toBeUndefined();
  else if (details !== undefined) expect(found).toMatch(details);
  else if (found !== undefined) expect(found).toBeString();
}
