import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** A file of a page. It is read when it is first asked for, and compressed once, off the thread. */
export class PageFile {
  readonly #content: Blob;
  readonly #contentType: string;
  #compressed: Promise<Uint8Array<ArrayBuffer>> | undefined;

  constructor(content: Blob, contentType: string) {
    this.#content = content;
    this.#contentType = contentType;
  }

  async response(acceptEncoding: string | undefined): Promise<Response> {
    const isCompressed = /\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))/.test(acceptEncoding ?? "");
    const bytes = isCompressed
      ? await (this.#compressed ??= this.#content.bytes().then(compress))
      : await this.#content.bytes();
    return new Response(bytes, {
      headers: {
        "Content-Type": this.#contentType,
        "Content-Length": String(bytes.length),
        ...(isCompressed && { "Content-Encoding": "gzip" }),
        Vary: "Accept-Encoding",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
      },
    });
  }
}
