import { dataOf } from "./api-error.ts";
import { Computer } from "./computer.ts";
import type { Credentials } from "./credentials.ts";
import { createClient } from "./generated/client/index.ts";
import { getAuthenticationMethods, getHostState, getServer } from "./generated/sdk.gen.ts";
import { followMany, type LiveEvent } from "./live-events.ts";

export interface VeyonWebApiOptions {
  /** Of servers that want one. */
  readonly accessToken?: string;
  /** Instead of the runtime's own. */
  readonly fetch?: typeof fetch;
}

/** A server of the API. */
export class VeyonWebApi {
  readonly #url: string;
  readonly #options: VeyonWebApiOptions;

  /** `url`: of its root, `http://localhost:11080`. */
  constructor(url: string, options: VeyonWebApiOptions = {}) {
    this.#url = url.replace(/\/+$/, "");
    this.#options = options;
  }

  async about(): Promise<{ readonly name: string; readonly version: string }> {
    return dataOf(
      await getServer({ client: this.#client(), headers: { Accept: "application/json" } }),
    ) as { name: string; version: string };
  }

  /** The UUIDs of the methods that a computer offers. Throws ApiError. */
  async methods(host: string): Promise<readonly string[]> {
    const answer = await getAuthenticationMethods({ client: this.#client(), path: { host } });
    return dataOf(answer).methods;
  }

  /** Whether its Veyon Server listens, the computer answers, or neither. */
  async hostState(host: string): Promise<"online" | "up" | "down"> {
    return dataOf(await getHostState({ client: this.#client(), path: { host } })).state;
  }

  /**
   * A computer to use from now on: it is logged in to again when the connection has ended. Throws
   * ApiError.
   */
  async logIn(host: string, credentials: Credentials): Promise<Computer> {
    const computer = new Computer(host, credentials, (uid) => this.#client(uid));
    await computer.uid();
    return computer;
  }

  /**
   * What happens to several computers, on one stream; `connection` of an event is the place of its
   * computer in the list. Ends with the last of their connections, or by the signal.
   */
  events(
    computers: readonly Computer[],
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<LiveEvent> {
    return followMany(computers, options.signal);
  }

  /** `uid`: of the connection that it is for. */
  #client(uid?: string) {
    const { accessToken, fetch } = this.#options;
    return createClient({
      baseUrl: this.#url,
      auth: ({ scheme, name }) => {
        if (scheme === "bearer") return accessToken;
        return name === "Connection-Uid" ? uid : undefined;
      },
      ...(fetch !== undefined && { fetch }),
    });
  }
}
