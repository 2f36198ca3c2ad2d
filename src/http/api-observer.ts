import type { ApiErrorName } from "./errors.ts";

/** Hears what the API does, for those who count it. */
export interface ApiObserver {
  onRequest(request: AnsweredRequest): void;
  onLogin(login: DecidedLogin): void;
}

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern that its path matches, `/api/v1/feature/:uid`; null for what nobody knows. */
  readonly route: string | null;
  readonly status: number;
  readonly durationMs: number;
}

export interface DecidedLogin {
  /** The name of the authentication method, `unknown` for any that is none; null before it. */
  readonly method: string | null;
  /** `InternalError` is a fault of ours. */
  readonly outcome: "ok" | ApiErrorName | "InternalError";
}
