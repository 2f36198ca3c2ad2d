/**
 * A body of pictures one after another, each of which takes the place of the last
 * (`multipart/x-mixed-replace`; its parts are those of RFC 2046, 5.1). It begins with `first`, goes
 * on with a `part` for each picture, and ends with `last`.
 */
const boundary = "frame";

export const multipartType = `multipart/x-mixed-replace; boundary=${boundary}`;

export interface PartWriter {
  readonly first: readonly Uint8Array[];
  /** In pieces, so that the picture need not be copied. */
  part(picture: Uint8Array): Uint8Array[];
  readonly last: readonly Uint8Array[];
}

const encoder = new TextEncoder();

/**
 * What programs read:
 *
 *     --frame CRLF Content-Type: image/jpeg CRLF Content-Length: 4711 CRLF CRLF 4711 bytes CRLF
 */
export function partsForPrograms(contentType: string): PartWriter {
  const lineEnd = encoder.encode("\r\n");
  return {
    first: [],
    part: (picture) => [
      encoder.encode(
        `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Length: ${picture.length}\r\n\r\n`,
      ),
      picture,
      lineEnd,
    ],
    last: [encoder.encode(`--${boundary}--\r\n`)],
  };
}

/**
 * Chromium shows a picture when it has read the head of the next part. So each picture brings that
 * along, and no length is in it, which nobody can know yet.
 */
export function partsForBrowsers(contentType: string): PartWriter {
  const head = `--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`;
  const nextHead = encoder.encode(`\r\n${head}`);
  return {
    first: [encoder.encode(head)],
    part: (picture) => [picture, nextHead],
    last: [encoder.encode(`\r\n--${boundary}--\r\n`)],
  };
}

/** Whether it is the `<img>` of a browser that asks: no other program wants pictures by name. */
export function isBrowsersImage(accept: string | undefined): boolean {
  return accept?.includes("image/") ?? false;
}
