/** The API of the server that this page is from. */
import type { Uuid } from "../qt/uuid.ts";
import type { Room } from "./room.ts";

const base = new URL("api/v1/", document.baseURI);

/** An answer that is an error, or none at all. */
export class ApiProblem extends Error {
  /** `status` is 0 when there is no answer. `wantsToken`: a good access token would have done. */
  constructor(
    message: string,
    readonly status: number,
    readonly wantsToken: boolean,
  ) {
    super(message);
  }

  /** Whether the same request may go well later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Its methods throw ApiProblem. */
export class Api {
  readonly #token: string | undefined;

  /** `token`: the access token, where the server wants one. */
  constructor(token?: string) {
    this.#token = token;
  }

  /** Returns the Connection-Uid. */
  async logIn(address: string, { method, credentials }: Room): Promise<string> {
    const body = JSON.stringify({ method, credentials });
    const path = `authentication/${encodeURIComponent(address)}`;
    const answer = (await this.#call(path, { method: "POST", body })) as LoginAnswer;
    return answer["connection-uid"];
  }

  /** UUIDs of the methods that a computer offers. */
  async offeredMethods(address: string): Promise<readonly string[]> {
    const answer = await this.#call(`authentication/${encodeURIComponent(address)}`, {});
    return (answer as { methods: string[] }).methods;
  }

  /** Goes out even when the page is left. */
  logOff(uid: string): void {
    this.#fetch("authentication/", { method: "DELETE", keepalive: true }, uid).catch(() => {
      // The connection ends by itself, when nobody has used it for a while.
    });
  }

  async setFeature(
    uid: string,
    feature: Uuid,
    active: boolean,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const body = JSON.stringify({ active, arguments: parameters });
    await this.#call(`feature/${feature}`, { method: "PUT", body }, uid);
  }

  /** Address of a WebSocket, with its ticket. */
  async socketUrl(
    path: "live" | "live/rfb",
    scope: "view" | "control",
    uids: readonly string[],
  ): Promise<string> {
    const body = JSON.stringify({ scope, uids });
    const answer = await this.#call("ticket", { method: "POST", body }, uids[0]);
    const url = new URL(path, base);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", (answer as { ticket: string }).ticket);
    return url.href;
  }

  async #call(path: string, request: RequestInit, uid?: string): Promise<unknown> {
    let response: Response;
    let body: unknown;
    try {
      response = await this.#fetch(path, request, uid);
      body = await response.json();
    } catch {
      throw new ApiProblem("The server does not answer", 0, false);
    }
    if (response.ok) return body;
    const { error } = body as ErrorAnswer;
    const text = error?.details ?? error?.message ?? `Status ${response.status}`;
    throw new ApiProblem(text, response.status, response.headers.has("WWW-Authenticate"));
  }

  #fetch(path: string, request: RequestInit, uid?: string): Promise<Response> {
    const headers = {
      ...(uid !== undefined && { "Connection-Uid": uid }),
      ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
    };
    return fetch(new URL(path, base), { ...request, headers });
  }
}

interface LoginAnswer {
  readonly "connection-uid": string;
}

interface ErrorAnswer {
  readonly error?: { readonly message: string; readonly details?: string };
}
