/** A client of the API, as short as it can be. */

/** Nothing takes longer, except where the server has stopped answering. */
const answerWithinMs = 10_000;

export interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sentAtMs: number;
  /** When the last byte had come. */
  readonly receivedAtMs: number;
}

export interface LoginBody {
  readonly method: string;
  readonly credentials: { readonly keyname: string; readonly keydata: string };
}

/** `path`: what follows /api/v1/. */
export async function call(
  url: string,
  method: string,
  path: string,
  uid?: string,
  body?: unknown,
): Promise<Answer> {
  const sentAtMs = performance.now();
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    signal: AbortSignal.timeout(answerWithinMs),
    ...(uid !== undefined && { headers: { "Connection-Uid": uid } }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, bytes, sentAtMs, receivedAtMs: performance.now() };
}

/** One open connection of the API. */
export class ApiSession {
  private constructor(
    readonly url: string,
    readonly uid: string,
  ) {}

  /** `hostAddress`: "198.18.0.2:11100". */
  static async open(url: string, hostAddress: string, login: LoginBody): Promise<ApiSession> {
    const path = `authentication/${hostAddress}`;
    const answer = await call(url, "POST", path, undefined, login);
    const { "connection-uid": uid } = parse(answer, path) as { "connection-uid": string };
    return new ApiSession(url, uid);
  }

  /** Any status. */
  get(path: string): Promise<Answer> {
    return call(this.url, "GET", path, this.uid);
  }

  /** Throws unless it is a picture. */
  async picture(query: string): Promise<Answer> {
    const answer = await this.get(`framebuffer?${query}`);
    if (answer.status !== 200) throw new Error(`No picture: ${describe(answer)}`);
    return answer;
  }

  async json(path: string): Promise<unknown> {
    return parse(await this.get(path), path);
  }

  async put(feature: string, body: unknown): Promise<void> {
    const path = `feature/${feature}`;
    parse(await call(this.url, "PUT", path, this.uid, body), path);
  }

  async close(): Promise<void> {
    await call(this.url, "DELETE", "authentication/127.0.0.1", this.uid);
  }
}

function parse(answer: Answer, path: string): unknown {
  if (answer.status !== 200) throw new Error(`Cannot use answer to ${path}: ${describe(answer)}`);
  return JSON.parse(new TextDecoder().decode(answer.bytes));
}

function describe({ status, bytes }: Answer): string {
  return `${status} ${new TextDecoder().decode(bytes.subarray(0, 200))}`;
}

/** As large as a picture. */
const practiceBytes = 500_000;
const practiceRequests = 5;
let practiceServer: Bun.Server<undefined> | undefined;

/**
 * Asks a server of its own a few times, so that the next request meets a client whose code and
 * sockets are at hand. After a second without work a request of this client takes 1 ms longer,
 * which is not the server's fault.
 */
export async function warmUpClient(): Promise<void> {
  practiceServer ??= Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(new Uint8Array(practiceBytes)),
  });
  for (let request = 0; request < practiceRequests; request++) {
    await call(practiceServer.url.origin, "GET", "practice", "none");
  }
}
