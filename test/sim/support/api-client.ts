/** A customer's program, as short as it can be. Knows the API from its documentation only. */
import { expect } from "bun:test";
import { describedOperation, expectDescribed } from "./described.ts";
import { privateKey } from "./fixture-host.ts";
import { guards } from "./guards.ts";

export const authKeysUuid = "0c69b301-81b4-42d6-8fae-128cdd113314";

/** What the host of the transcripts lets in. */
export const fixtureLogin = {
  method: authKeysUuid,
  credentials: { keyname: "fixture", keydata: privateKey },
};

export interface ApiRequest {
  readonly uid?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text goes out as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export class ApiAnswer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly bytes: Uint8Array,
  ) {}

  get contentType(): string | null {
    return this.headers.get("Content-Type");
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  get json(): unknown {
    return JSON.parse(this.text);
  }
}

export class ApiClient {
  /**
   * `ownHeaders`: of every request. `isOurs`: whether each answer has to be one that
   * docs/openapi.json describes.
   */
  constructor(
    readonly url: string,
    readonly ownHeaders: Readonly<Record<string, string>> = guards?.headers ?? {},
    readonly isOurs = true,
  ) {}

  /** `path`: what follows /api/v1/. */
  async request(method: string, path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    const { uid, headers = {}, body, signal } = request;
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        ...this.ownHeaders,
        ...(uid !== undefined && { "Connection-Uid": uid }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
      tls: { rejectUnauthorized: false },
    });
    const answer = new ApiAnswer(response.status, response.headers, await response.bytes());
    const operation = this.isOurs ? describedOperation(method, `/api/v1/${path}`) : undefined;
    if (operation !== undefined) expectDescribed(operation, answer);
    return answer;
  }

  get(path: string, request?: ApiRequest): Promise<ApiAnswer> {
    return this.request("GET", path, request);
  }

  /** `host`: a port of this computer, or whatever belongs into the path. */
  authenticate(
    host: number | string,
    body: unknown = fixtureLogin,
    request?: ApiRequest,
  ): Promise<ApiAnswer> {
    return this.request("POST", `authentication/${hostName(host)}`, { ...request, body });
  }

  /** Expects the login to succeed. */
  async logIn(host: number | string, body?: unknown): Promise<ApiSession> {
    const answer = await this.authenticate(host, body);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    const { "connection-uid": uid } = answer.json as { "connection-uid": string };
    return new ApiSession(this, uid);
  }
}

/** One open connection of the API. */
export class ApiSession {
  constructor(
    readonly api: ApiClient,
    readonly uid: string,
  ) {}

  get(path: string): Promise<ApiAnswer> {
    return this.api.get(path, { uid: this.uid });
  }

  put(feature: string, body: unknown): Promise<ApiAnswer> {
    return this.api.request("PUT", `feature/${feature}`, { uid: this.uid, body });
  }

  start(feature: string, args?: unknown): Promise<ApiAnswer> {
    return this.put(feature, { active: true, arguments: args });
  }

  stop(feature: string): Promise<ApiAnswer> {
    return this.put(feature, { active: false });
  }

  async isActive(feature: string): Promise<unknown> {
    return ((await this.get(`feature/${feature}`)).json as { active: unknown }).active;
  }

  close(): Promise<ApiAnswer> {
    return this.api.request("DELETE", "authentication/any", { uid: this.uid });
  }
}

export function hostName(host: number | string): string {
  return typeof host === "number" ? `127.0.0.1:${host}` : host;
}
