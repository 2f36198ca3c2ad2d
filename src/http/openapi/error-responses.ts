import { resolver } from "hono-openapi";
import { z } from "zod";
import { ApiError, apiErrorCodes, type ApiErrorName } from "../errors.ts";

/** What `details` are like, for each error that has some. */
const usualDetails: Readonly<Record<ApiErrorName, string | undefined>> = {
  InvalidData: "the body is empty",
  BodyTooSlow: "the body has not come whole within 20 s",
  BodyTooLong: "the body has over 65536 bytes",
  UpgradeRequired: "this is a WebSocket",
  InvalidConnection: "the header Connection-Uid is missing",
  InvalidFeature: undefined,
  InvalidCredentials: "credentials is missing",
  AuthenticationMethodNotAvailable: "room1-pc1:11100 offers AuthKeys",
  AuthenticationFailed: "room1-pc1:11100: the host closed the connection on these credentials",
  NotAllowed: "pages of other sites may not use this server; WebAPI/AllowedOrigins can allow it",
  TokenMissing: "wanted an access token, as Authorization: Bearer TOKEN",
  TokenUnknown: "the access token is unknown or revoked",
  ScopeMissing: "the access token portal lacks the scope control",
  TooManyRefusals:
    "too many logins to room1-pc1:11100 have been refused within a minute (10); the next may come in 42 s",
  ConnectionLimitReached: "32 connections are open, the limit of WebAPI/ConnectionLimit",
  ConnectionTimedOut: "Cannot connect to room1-pc1 port 11100: the connection is refused",
  UnsupportedImageFormat: undefined,
  FramebufferNotAvailable: "the host has not sent every pixel of its screen yet",
  FramebufferEncodingError: undefined,
  ProtocolMismatch: "room1-pc1:11100 offers no authentication method that is known",
};

const internalError = { error: { code: 500, message: "Internal error" } };

export const errorSchema = z
  .object({
    error: z.object({
      code: z
        .literal([...apiErrorCodes, internalError.error.code])
        .describe("Tells errors of one status apart."),
      details: z.string().optional().describe("For people: what is wrong, and what was wanted."),
      message: z.string().describe("The same for each code."),
    }),
  })
  .meta({ id: "ErrorAnswer", description: "Every error has this form." });

interface Described {
  readonly name: string;
  readonly text: string;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** The responses of an operation that fails, by status. A fault of ours can always happen. */
export function describeErrors(
  names: Iterable<ApiErrorName>,
  ownDetails: Readonly<Partial<Record<ApiErrorName, string>>>,
): Record<string, object> {
  const details = { ...usualDetails, ...ownDetails };
  const byStatus: Record<string, Described[]> = {};
  for (const name of names) {
    const { status, body, code, headers } = new ApiError(name, details[name]);
    (byStatus[status] ??= []).push({ name, text: `${code}: ${body.error.message}`, body, headers });
  }
  const fault = { name: "InternalError", text: "A fault of the server, which is in its log" };
  (byStatus["500"] ??= []).push({ ...fault, body: internalError, headers: {} });
  return Object.fromEntries(Object.entries(byStatus).map(([status, all]) => [status, of(all)]));
}

function of(errors: readonly Described[]) {
  const headers = new Set(errors.flatMap((error) => Object.keys(error.headers)));
  const examples = errors.map(({ name, body }) => [name, { value: body }] as const);
  return {
    description: [...new Set(errors.map(({ text }) => text))].join("; "),
    ...(headers.size > 0 && {
      headers: Object.fromEntries([...headers].map((name) => [name, headerDescriptions[name]])),
    }),
    content: {
      "application/json": {
        schema: resolver(errorSchema),
        examples: Object.fromEntries(examples),
      },
    },
  };
}

const headerDescriptions: Readonly<Record<string, object>> = {
  "Retry-After": {
    description: "Seconds after which it is worth while to ask again.",
    schema: { type: "integer" },
  },
  "WWW-Authenticate": { description: "RFC 6750, 3.", schema: { type: "string" } },
  Upgrade: { description: "What is wanted.", schema: { type: "string" } },
  "Sec-WebSocket-Version": { description: "What is spoken.", schema: { type: "string" } },
};
