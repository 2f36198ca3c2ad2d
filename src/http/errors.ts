/** The errors of the API, and which of them each failure below becomes. */
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { GuessLimitError } from "../access/guess-limit.ts";
import { KeyError } from "../access/key-directory.ts";
import { type HostFailure, HostError } from "../connect/host-error.ts";
import { ControlError, type ControlFailure } from "../hosts/control.ts";
import { FrameGoneError } from "../rfb/framebuffer.ts";
import { TicketError } from "../live/tickets.ts";
import { LimitError } from "../watch/limit-error.ts";
import { PointerPlaceError } from "../watch/pointer-place.ts";
import { UnknownScreenError } from "../watch/screen-area.ts";
import { PictureError, type PictureErrorReason } from "../image/picture-error.ts";

/** RFC 6750, 3. */
const bearer = 'Bearer realm="veyon-webapi"';

const apiErrors = {
  InvalidData: { code: 1, status: 400, message: "Invalid data" },
  BodyTooSlow: { code: 1, status: 408, message: "Invalid data" },
  BodyTooLong: { code: 1, status: 413, message: "Invalid data" },
  UpgradeRequired: {
    code: 1,
    status: 426,
    message: "Invalid data",
    headers: { Upgrade: "websocket", "Sec-WebSocket-Version": "13" },
  },
  InvalidConnection: { code: 2, status: 401, message: "Invalid connection" },
  InvalidFeature: { code: 3, status: 400, message: "Invalid feature" },
  InvalidCredentials: { code: 4, status: 400, message: "Invalid or incomplete credentials" },
  AuthenticationMethodNotAvailable: {
    code: 5,
    status: 400,
    message: "Authentication method not offered by server",
  },
  AuthenticationFailed: { code: 6, status: 401, message: "Authentication failed" },
  /** Ours, as the next three: Veyon's own server allows everything to everybody. */
  NotAllowed: { code: 6, status: 403, message: "Authentication failed" },
  TokenMissing: {
    code: 6,
    status: 401,
    message: "Authentication failed",
    headers: { "WWW-Authenticate": bearer },
  },
  TokenUnknown: {
    code: 6,
    status: 401,
    message: "Authentication failed",
    headers: { "WWW-Authenticate": `${bearer}, error="invalid_token"` },
  },
  ScopeMissing: {
    code: 6,
    status: 403,
    message: "Authentication failed",
    headers: { "WWW-Authenticate": `${bearer}, error="insufficient_scope"` },
  },
  /** Ours, too. */
  TooManyRefusals: { code: 6, status: 429, message: "Authentication failed" },
  ConnectionLimitReached: {
    code: 7,
    status: 429,
    message: "Limit for maximum number of connections reached",
  },
  ConnectionTimedOut: { code: 8, status: 408, message: "Connection timed out" },
  UnsupportedImageFormat: { code: 9, status: 503, message: "Unsupported image format" },
  FramebufferNotAvailable: {
    code: 10,
    status: 503,
    message: "Framebuffer not yet available",
    // When it is worth while to ask again, in seconds.
    headers: { "Retry-After": "1" },
  },
  FramebufferEncodingError: { code: 11, status: 500, message: "Framebuffer encoding error" },
  ProtocolMismatch: { code: 12, status: 501, message: "Protocol mismatch error" },
} as const satisfies Record<
  string,
  {
    code: number;
    status: ContentfulStatusCode;
    message: string;
    headers?: Readonly<Record<string, string>>;
  }
>;

export type ApiErrorName = keyof typeof apiErrors;

interface ApiErrorOptions extends ErrorOptions {
  /** When it is worth while to ask again, if that is not the same for all errors of the name. */
  readonly retryAfterSeconds?: number;
}

export const apiErrorCodes: readonly number[] = [
  ...new Set(Object.values(apiErrors).map(({ code }) => code)),
];

/**
 * An answer of the API that is an error. `details`: what a person needs to mend it; never a
 * credential.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly #retryAfterSeconds: number | undefined;

  constructor(
    readonly error: ApiErrorName,
    readonly details?: string,
    options?: ApiErrorOptions,
  ) {
    super(details ?? apiErrors[error].message, options);
    this.#retryAfterSeconds = options?.retryAfterSeconds;
  }

  get code(): number {
    return apiErrors[this.error].code;
  }

  get status(): ContentfulStatusCode {
    return apiErrors[this.error].status;
  }

  get headers(): Readonly<Record<string, string>> {
    return {
      ...headersOf(this.error),
      ...(this.#retryAfterSeconds !== undefined && {
        "Retry-After": String(this.#retryAfterSeconds),
      }),
    };
  }

  /** The keys in alphabetical order, as the reference writes them. */
  get body() {
    const { code, message } = apiErrors[this.error];
    const { details } = this;
    return { error: details === undefined ? { code, message } : { code, details, message } };
  }
}

function headersOf(name: ApiErrorName): Readonly<Record<string, string>> {
  const error = apiErrors[name];
  return "headers" in error ? error.headers : {};
}

const byFailure: Record<HostFailure, ApiErrorName> = {
  "bad-address": "ConnectionTimedOut",
  "unknown-name": "ConnectionTimedOut",
  "no-name-server": "ConnectionTimedOut",
  refused: "ConnectionTimedOut",
  "no-neighbour": "ConnectionTimedOut",
  "no-route": "ConnectionTimedOut",
  "timed-out": "ConnectionTimedOut",
  silent: "ConnectionTimedOut",
  "not-veyon": "ConnectionTimedOut",
  "hung-up": "ConnectionTimedOut",
  untrusted: "ConnectionTimedOut",
  unencrypted: "ConnectionTimedOut",
  "no-method": "ProtocolMismatch",
  "method-not-offered": "AuthenticationMethodNotAvailable",
  "credentials-refused": "AuthenticationFailed",
  "access-denied": "AuthenticationFailed",
  "not-allowed": "NotAllowed",
  lost: "ConnectionTimedOut",
  cancelled: "ConnectionTimedOut",
  overloaded: "ConnectionLimitReached",
  "no-descriptors": "ConnectionLimitReached",
};

const byControlFailure: Record<ControlFailure, ApiErrorName> = {
  "unknown-feature": "InvalidFeature",
  "not-startable": "InvalidFeature",
  arguments: "InvalidData",
};

const byPictureError: Record<PictureErrorReason, ApiErrorName> = {
  parameters: "FramebufferEncodingError",
  engine: "FramebufferEncodingError",
  closed: "InvalidConnection",
  // Nobody reads it.
  unwanted: "FramebufferNotAvailable",
  overloaded: "FramebufferNotAvailable",
};

/** Null for what is a fault of ours. */
export function toApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof HostError) {
    return new ApiError(byFailure[error.failure], error.message, { cause: error });
  }
  if (error instanceof ControlError) {
    // What the reference says of an unknown one is said byte for byte.
    const details = error.failure === "unknown-feature" ? undefined : error.message;
    return new ApiError(byControlFailure[error.failure], details, { cause: error });
  }
  if (error instanceof KeyError) {
    return new ApiError("InvalidCredentials", error.message, { cause: error });
  }
  if (error instanceof LimitError) {
    return new ApiError("ConnectionLimitReached", error.message, { cause: error });
  }
  if (error instanceof GuessLimitError) {
    const { message, retryAfterSeconds } = error;
    return new ApiError("TooManyRefusals", message, { cause: error, retryAfterSeconds });
  }
  if (error instanceof TicketError) {
    return new ApiError("InvalidConnection", error.message, { cause: error });
  }
  if (error instanceof UnknownScreenError || error instanceof PointerPlaceError) {
    return new ApiError("InvalidData", error.message, { cause: error });
  }
  if (error instanceof FrameGoneError) {
    return new ApiError("FramebufferNotAvailable", error.message, { cause: error });
  }
  if (error instanceof PictureError) {
    return new ApiError(byPictureError[error.reason], error.message, { cause: error });
  }
  if (error instanceof HTTPException && error.status < 500) {
    return new ApiError("InvalidData", error.message, { cause: error });
  }
  return null;
}
