import { ApiError, asError, dataOf } from "./api-error.ts";
import { type Credentials, loginBody } from "./credentials.ts";
import type { Client } from "./generated/client/index.ts";
import { type FeatureArguments, featureUids } from "./generated/features.gen.ts";
import {
  controlFeature,
  createTicket,
  followFramebuffer,
  getConnection,
  getFeature,
  getFramebuffer,
  getSession,
  getUser,
  listFeatures,
  logIn,
  logOff,
  sendClipboard,
  sendKey,
  sendPointer,
  startBroadcast,
  stopBroadcast,
} from "./generated/sdk.gen.ts";
import type {
  Broadcast,
  BroadcastRequest,
  BroadcastTarget,
  ConnectionState,
  ControlFeatureData,
  Feature,
  FollowFramebufferData,
  GetFramebufferData,
  SendKeyData,
  SendPointerData,
  Session,
  User,
} from "./generated/types.gen.ts";
import { followMany, type LiveEvent } from "./live-events.ts";
import { parts } from "./multipart.ts";

export type { Broadcast, BroadcastTarget, ConnectionState, Feature, Session, User };
export type FeatureName = keyof typeof featureUids;

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Stands for this very picture. */
  readonly etag: string;
}

export interface PictureOptions extends NonNullable<GetFramebufferData["query"]> {
  /** How long to wait for a first picture; 10 s by default. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

export interface StreamOptions extends NonNullable<FollowFramebufferData["query"]> {
  readonly signal?: AbortSignal;
}

const firstPictureWaitMs = 10_000;
/** Where the server does not say when to ask again. */
const retryMs = 1000;

/**
 * A computer that is logged in to. When its connection has ended, by time or since the server has
 * been restarted, the next call logs in again, once for all that are under way.
 */
export class Computer {
  readonly #credentials: Credentials;
  readonly #createClient: (uid?: string) => Client;
  #login: Promise<string> | null = null;

  constructor(
    readonly host: string,
    credentials: Credentials,
    createClient: (uid?: string) => Client,
  ) {
    this.#credentials = credentials;
    this.#createClient = createClient;
  }

  /** The Connection-Uid, of a login that is made if there is none. Throws ApiError. */
  uid(): Promise<string> {
    if (this.#login !== null) return this.#login;
    const login = this.#logIn();
    this.#login = login;
    // The next call tries again.
    login.catch(() => this.#forget(login));
    return login;
  }

  /** Who is logged on. */
  async user(): Promise<User> {
    return this.call(async (client) => dataOf(await getUser({ client })));
  }

  async session(): Promise<Session> {
    return this.call(async (client) => dataOf(await getSession({ client })));
  }

  /** All features, and which of them are active. */
  async features(): Promise<readonly Feature[]> {
    return this.call(async (client) => dataOf(await listFeatures({ client })));
  }

  async isActive(feature: FeatureName): Promise<boolean> {
    const path = { uid: featureUids[feature] };
    return this.call(async (client) => dataOf(await getFeature({ client, path })).active);
  }

  async start<Name extends FeatureName>(
    feature: Name,
    ...args: Name extends keyof FeatureArguments ? [FeatureArguments[Name]] : []
  ): Promise<void> {
    await this.#control(feature, { active: true, arguments: args[0] ?? {} });
  }

  async stop(feature: FeatureName): Promise<void> {
    await this.#control(feature, { active: false });
  }

  /** The screen as it is; waits for the first picture after a login. */
  async picture(options: PictureOptions = {}): Promise<Picture> {
    return (await this.pictureUnless("", options))!;
  }

  /** Null as long as the picture is still the one of this ETag. */
  async pictureUnless(etag: string, options: PictureOptions = {}): Promise<Picture | null> {
    const { waitMs = firstPictureWaitMs, signal, ...query } = options;
    const endMs = Date.now() + waitMs;
    for (;;) {
      try {
        return await this.call((client) => fetchPicture(client, query, etag, signal));
      } catch (error) {
        if (!(error instanceof ApiError && error.isTooEarly)) throw error;
        const pauseMs = (error.retryAfterSeconds ?? retryMs / 1000) * 1000;
        if (Date.now() + pauseMs > endMs) throw error;
        await delay(pauseMs, signal);
      }
    }
  }

  /**
   * Pictures as the screen changes, until the signal aborts or the connection ends. JPEG by
   * default. Leave the loop to end the stream.
   */
  async *pictures(options: StreamOptions = {}): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { signal, ...query } = options;
    const left = new AbortController();
    const ended = signal === undefined ? left.signal : AbortSignal.any([left.signal, signal]);
    const body = await this.call(async (client) =>
      dataOf(await followFramebuffer({ client, query, signal: ended, parseAs: "stream" })),
    );
    try {
      yield* parts(body as unknown as ReadableStream<Uint8Array<ArrayBuffer>>);
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      left.abort();
    }
  }

  /** What happens to it: at first the state as it is, then each change. */
  events(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<LiveEvent> {
    return followMany([this], options.signal);
  }

  /** Moves the pointer: in pixels with `buttonMask`, or in parts of the screen with `buttons`. */
  async pointer(body: SendPointerData["body"]): Promise<void> {
    await this.call(async (client) => dataOf(await sendPointer({ client, body })));
  }

  /** Presses or releases a key, or both, or types a text. */
  async key(body: SendKeyData["body"]): Promise<void> {
    await this.call(async (client) => dataOf(await sendKey({ client, body })));
  }

  /** Sets what is pasted there. */
  async clipboard(text: string): Promise<void> {
    await this.call(async (client) => dataOf(await sendClipboard({ client, body: { text } })));
  }

  /** What its connection is. */
  async connection(): Promise<ConnectionState> {
    return this.call(async (client) => dataOf(await getConnection({ client })));
  }

  /** Shows its screen on others. Each of them succeeds or fails by itself. */
  async startBroadcast(
    targets: readonly Computer[],
    options: Omit<BroadcastRequest, "targetConnectionUids"> = {},
  ): Promise<Broadcast> {
    const body = { ...options, targetConnectionUids: await uidsOf(targets) };
    return this.call(async (client) => dataOf(await startBroadcast({ client, body })));
  }

  /** Ends that, by default on all of them. */
  async stopBroadcast(targets?: readonly Computer[]): Promise<readonly BroadcastTarget[]> {
    const body = targets === undefined ? {} : { targetConnectionUids: await uidsOf(targets) };
    return this.call(async (client) => dataOf(await stopBroadcast({ client, body })).targets);
  }

  /** For an `<img>`, an EventSource or a WebSocket: to be put into its query, once, within 30 s. */
  async ticket(scope: "view" | "control" = "view", uids?: string[]): Promise<string> {
    const body = { scope, ...(uids !== undefined && { uids }) };
    return this.call(async (client) => dataOf(await createTicket({ client, body })).ticket);
  }

  /** Logs off. The next call would log in again. */
  async close(): Promise<void> {
    const login = this.#login;
    if (login === null) return;
    this.#login = null;
    const client = this.#createClient(await login);
    const { response, error } = await logOff({ client, path: { host: this.host } });
    // One that has ended by itself is closed too.
    if (response === undefined) throw asError(error);
  }

  /**
   * For requests that have no function here: makes one with the connection, and once more when it
   * turns out to have ended.
   */
  async call<T>(request: (client: Client) => Promise<T>): Promise<T> {
    const login = this.uid();
    try {
      return await request(this.#createClient(await login));
    } catch (error) {
      if (!(error instanceof ApiError && error.isClosed)) throw error;
      this.#forget(login);
      return request(this.#createClient(await this.uid()));
    }
  }

  async #control(feature: FeatureName, body: ControlFeatureData["body"]): Promise<void> {
    const path = { uid: featureUids[feature] };
    await this.call(async (client) => dataOf(await controlFeature({ client, path, body })));
  }

  async #logIn(): Promise<string> {
    const client = this.#createClient();
    const path = { host: this.host };
    const answer = await logIn({ client, path, body: loginBody(this.#credentials) });
    return dataOf(answer)["connection-uid"];
  }

  #forget(login: Promise<string>): void {
    if (this.#login === login) this.#login = null;
  }
}

const uidsOf = (computers: readonly Computer[]) =>
  Promise.all(computers.map((computer) => computer.uid()));

async function fetchPicture(
  client: Client,
  query: NonNullable<GetFramebufferData["query"]>,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<Picture | null> {
  const result = await getFramebuffer({
    client,
    query,
    parseAs: "arrayBuffer",
    ...(etag !== "" && { headers: { "If-None-Match": etag } }),
    ...(signal !== undefined && { signal }),
  });
  const { response } = result;
  if (response?.status === 304) return null;
  const bytes = new Uint8Array(dataOf(result) as unknown as ArrayBuffer);
  const header = (name: string) => response?.headers.get(name) ?? "";
  return { bytes, contentType: header("Content-Type"), etag: header("ETag") };
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(asError(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
