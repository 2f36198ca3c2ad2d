import { PictureError } from "../../picture-error.ts";
import type { PixelStrip } from "../../strips/pixel-strip.ts";

interface Request {
  readonly resolve: (file: Uint8Array) => void;
  readonly reject: (error: PictureError) => void;
}

type Reply =
  | { readonly id: number; readonly file: Uint8Array }
  | { readonly id: number; readonly error: string };

/**
 * A thread for one of imagescript's encoders, which take too long for the JS thread: 100 ms and
 * more for a PNG, 1 to 2 ms for 1920x16 pixels of JPEG. It encodes one at a time, and starts with
 * the first.
 */
export class ImagescriptWorker {
  readonly #format: string;
  readonly #url: string;
  readonly #requests = new Map<number, Request>();
  #worker: Worker | null = null;
  #nextId = 0;

  /**
   * `source` is a module that has `encode(words, width, height, level)`, where `words` are those of
   * a strip, and which gives a `Uint8Array` with a buffer of its own. It is text, because a
   * compiled binary finds no worker file beside a bundled module.
   */
  constructor(format: "PNG" | "JPEG", source: string) {
    this.#format = format;
    const text = `${source}
onmessage = ({ data: { id, words, width, height, level } }) => {
  try {
    const file = encode(words, width, height, level);
    postMessage({ id, file }, [file.buffer]);
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};`;
    this.#url = URL.createObjectURL(new Blob([text], { type: "application/javascript" }));
  }

  /** A file of the strip, whose memory goes to the worker. */
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
    if ("file" in reply) request?.resolve(reply.file);
    else request?.reject(this.#error(reply.error));
  }

  #stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) request.reject(this.#error(reason));
  }

  #error(reason: string): PictureError {
    return new PictureError("engine", `Cannot encode ${this.#format} with imagescript: ${reason}`);
  }
}
