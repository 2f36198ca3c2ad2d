import imagescriptPng from "imagescript/png/node.js" with { type: "text" };
import { PictureError } from "../../picture-error.ts";
import { headerWords, type PixelStrip } from "../../strips/pixel-strip.ts";

/**
 * imagescript's PNG encoder is JavaScript and takes 100 ms and more for a screen, so it has a
 * thread of its own. The worker is made of its source text, because a compiled binary finds no
 * worker file beside a bundled module.
 */
const workerSource = `const exports = {};
${imagescriptPng}
onmessage = ({ data: { id, words, width, height, level } }) => {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = ${headerWords}, out = 0; i < words.length; i++, out += 3) {
    rgb[out] = words[i] >>> 16;
    rgb[out + 1] = words[i] >>> 8;
    rgb[out + 2] = words[i];
  }
  try {
    const png = exports.encode(rgb, { width, height, channels: 3, level });
    postMessage({ id, png }, [png.buffer]);
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};`;

interface Request {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: PictureError) => void;
}

type Reply =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly error: string };

/** Encodes whole pictures, one at a time. The thread starts with the first of them. */
export class ImagescriptPngWorker {
  readonly #url = URL.createObjectURL(new Blob([workerSource], { type: "application/javascript" }));
  readonly #requests = new Map<number, Request>();
  #worker: Worker | null = null;
  #nextId = 0;

  /** An 8-bit RGB PNG; the strip's memory goes to the worker. `level` is imagescript's, 1 to 9. */
  encode(strip: PixelStrip, level: number): Promise<Uint8Array> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    const { width, rows, words } = strip;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
      worker.postMessage({ id, words, width, height: rows, level }, [words.buffer]);
    });
  }

  /** Ends the thread; what is being encoded fails. */
  close(): void {
    this.#stop("the encoder was closed");
    URL.revokeObjectURL(this.#url);
  }

  #start(): Worker {
    const worker = new Worker(this.#url);
    worker.onmessage = (event: MessageEvent<Reply>) => this.#settle(event.data);
    // An error that leaves the worker's own try is one of the thread; the next picture gets a new
    // one.
    worker.onerror = (event) => this.#stop(event.message);
    return worker;
  }

  #settle(reply: Reply): void {
    const request = this.#requests.get(reply.id);
    this.#requests.delete(reply.id);
    if ("png" in reply) request?.resolve(reply.png);
    else request?.reject(pngError(reply.error));
  }

  #stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) request.reject(pngError(reason));
  }
}

function pngError(reason: string): PictureError {
  return new PictureError("engine", `Cannot encode PNG with imagescript: ${reason}`);
}
