import type { ErrorAnswer } from "./generated/types.gen.ts";

/** An answer of the API that is an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** Of HTTP. */
    readonly status: number,
    /** Of the API; null of an answer that is not its own, of a proxy for example. */
    readonly code: number | null,
    /** What is wrong, for people. */
    readonly details: string | undefined,
    message: string,
    readonly retryAfterSeconds: number | null,
  ) {
    super(details === undefined ? message : `${message}: ${details}`);
  }

  static from(response: Response, body: unknown): ApiError {
    const { status, statusText, headers } = response;
    const { error } = (typeof body === "object" ? body : {}) as Partial<ErrorAnswer>;
    const retryAfter = Number(headers.get("Retry-After") ?? NaN);
    return new ApiError(
      status,
      error?.code ?? null,
      error?.details,
      error?.message ?? `HTTP ${status} ${statusText}`,
      Number.isFinite(retryAfter) ? retryAfter : null,
    );
  }

  /** Whether the connection is no more, so that another login is wanted. */
  get isClosed(): boolean {
    return this.status === 401 && this.code === 2;
  }

  /** Whether there is no picture yet. */
  get isTooEarly(): boolean {
    return this.status === 503 && this.code === 10;
  }
}

interface Result<Data> {
  readonly data: Data;
  readonly error?: unknown;
  readonly response?: Response;
}

/** What a generated function has got. Throws ApiError, and what fetch has thrown. */
export function dataOf<Data>({ data, error, response }: Result<Data>): NonNullable<Data> {
  if (response?.ok && error === undefined) return data as NonNullable<Data>;
  throw response === undefined || response.ok ? asError(error) : ApiError.from(response, error);
}

/** As fetch throws them. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
