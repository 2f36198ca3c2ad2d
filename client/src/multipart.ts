/** The head of a part is a few lines. */
const headBytesMax = 4096;

const headEnd = [13, 10, 13, 10];

/**
 * The bodies of the parts of multipart/x-mixed-replace, each with its Content-Length:
 *
 *     --frame CRLF Content-Type: image/jpeg CRLF Content-Length: 4711 CRLF CRLF 4711 bytes CRLF
 */
export async function* parts(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let buffered = new Uint8Array(0);
  /** False when the body has ended. */
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    if (done) return false;
    const joined = new Uint8Array(buffered.length + value.length);
    joined.set(buffered);
    joined.set(value, buffered.length);
    buffered = joined;
    return true;
  };
  try {
    for (;;) {
      let end = endOfHead(buffered);
      while (end < 0) {
        if (buffered.length > headBytesMax) throw new Error("A part has no head");
        if (!(await read())) return;
        end = endOfHead(buffered);
      }
      const head = new TextDecoder().decode(buffered.subarray(0, end));
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? NaN);
      if (Number.isNaN(length)) throw new Error("A part does not say its length");
      while (buffered.length < end + length) if (!(await read())) return;
      yield buffered.slice(end, end + length);
      buffered = buffered.slice(end + length);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Where the body begins; -1 if the head is not whole. */
function endOfHead(bytes: Uint8Array): number {
  for (let start = bytes.indexOf(13); start >= 0; start = bytes.indexOf(13, start + 1)) {
    if (headEnd.every((byte, index) => bytes[start + index] === byte)) return start + 4;
  }
  return -1;
}
