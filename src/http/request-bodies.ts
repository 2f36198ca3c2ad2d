/**
 * The bodies of requests. Nothing reads one before a route wants it, so that what is answered
 * without it costs no memory; then it is bounded in bytes, in time, and together with all others.
 */
import { Readable } from "node:stream";
import type { HonoRequest } from "hono";
import { MemoryBudget, MemoryBudgetError } from "../scheduling/memory-budget.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";

export interface BodyLimits {
  /** From when a route wants a body until its last byte. */
  readonly timeoutMs: number;
  /** Of all bodies that are on their way. */
  readonly totalBytesMax: number;
}

const defaultLimits: BodyLimits = { timeoutMs: 20_000, totalBytesMax: 32 * 1024 * 1024 };

const retryAfterSeconds = 1;

/** What is needed of the context of a request. */
interface Received {
  readonly env: AppEnvironment["Bindings"] | undefined;
  readonly req: HonoRequest;
}

export class RequestBodies {
  readonly #timeoutMs: number;
  readonly #memory: MemoryBudget;

  constructor({ timeoutMs, totalBytesMax }: BodyLimits = defaultLimits) {
    this.#timeoutMs = timeoutMs;
    this.#memory = new MemoryBudget(totalBytesMax, "request bodies");
  }

  /** Bytes that have come of bodies that have not come whole. */
  get pendingBytes(): number {
    return this.#memory.takenBytes;
  }

  /** Throws ApiError when it is too long, too slow, does not come whole, or finds no place. */
  async read({ env, req }: Received, bytesMax: number): Promise<Uint8Array> {
    const declaredBytes = Number(req.header("Content-Length") ?? 0);
    if (declaredBytes > bytesMax) throw tooLong(bytesMax);
    const source = env?.incoming ?? readableOf(req.raw.body);
    return source === null ? new Uint8Array() : this.#collect(source, bytesMax);
  }

  #collect(source: Readable, bytesMax: number): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const chunks: Uint8Array[] = [];
    const account = this.#memory.openAccount(() => reject(noPlace()));
    const timer = setTimeout(() => reject(tooSlow(this.#timeoutMs)), this.#timeoutMs);
    const onData = (chunk: Uint8Array) => {
      chunks.push(chunk);
      try {
        if (account.bytes + chunk.length > bytesMax) throw tooLong(bytesMax);
        account.take(chunk.length);
      } catch (error) {
        reject(error instanceof MemoryBudgetError ? noPlace() : error);
      }
    };
    const onEnd = () => resolve(Buffer.concat(chunks));
    // Its sender has gone in the middle of it, with or without an error.
    const onGone = (cause?: Error) => {
      reject(new ApiError("InvalidData", "the body has not come whole", { cause }));
    };
    if (source.destroyed) onGone();
    // The listener for errors stays: without one they would be faults of ours.
    source.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
    return promise.finally(() => {
      clearTimeout(timer);
      account.close();
      chunks.length = 0;
      // What is left stays where it is: who listens sees to it.
      source.pause();
      source.off("data", onData).off("end", onEnd).off("close", onGone);
    });
  }
}

/** Of a request that has come by no socket. */
function readableOf(body: ReadableStream<Uint8Array> | null): Readable | null {
  return body === null ? null : Readable.fromWeb(body);
}

function tooLong(bytesMax: number): ApiError {
  return new ApiError("BodyTooLong", `the body has over ${bytesMax} bytes`);
}

function tooSlow(timeoutMs: number): ApiError {
  return new ApiError("BodyTooSlow", `the body has not come whole within ${timeoutMs / 1000} s`);
}

/** Error 7 is what Veyon's own server says too when it has more requests than it can take. */
function noPlace(): ApiError {
  const details = "too many bytes of request bodies are on their way to this server";
  return new ApiError("ConnectionLimitReached", details, { retryAfterSeconds });
}
