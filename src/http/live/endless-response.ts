import { ReadableStream } from "node:stream/web";
import { PictureError } from "../../image/picture-error.ts";
import type { Stream } from "../../live/streams.ts";
import { UnknownScreenError } from "../../watch/screen-area.ts";

/** What node:http is handed at once: it copies what a client does not take. */
const pieceBytes = 256 * 1024;

/** Closes the stream when its client leaves. */
export function closeWithClient({ signal }: Request, stream: Stream): void {
  signal.addEventListener("abort", () => stream.close());
  if (signal.aborted) stream.close();
}

/**
 * An answer that goes on until its client leaves or what it shows ends. Each chunk is made when the
 * one before has been sent.
 */
export function endlessResponse(
  contentType: string,
  chunks: AsyncIterable<Uint8Array>,
  stream: Stream,
): Response {
  // No proxy is to keep it, and no request can follow it on its connection.
  const headers = {
    "Content-Type": contentType,
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    Connection: "close",
  };
  return new Response(ReadableStream.from(endingWith(stream, chunks)), { headers });
}

async function* endingWith(
  stream: Stream,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        yield chunk.subarray(start, start + pieceBytes);
      }
    }
  } catch (error) {
    // A screen that is there no more, for example.
    const isExpected = error instanceof PictureError || error instanceof UnknownScreenError;
    if (!isExpected) throw error;
    stream.close(error.message);
  } finally {
    stream.close();
  }
}
