import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";

/**
 * Width and height in pixels from the frame header (SOFn) of a JPEG (ITU T.81, annex B): what a decoder will allocate
 * for. Throws EndOfStreamError or ProtocolError when there is none.
 */
export function decodeJpegSize(jpeg: Uint8Array): { width: number; height: number } {
  const cursor = new Cursor(jpeg, "JPEG header");
  if (cursor.u16() !== 0xffd8)
    throw new ProtocolError("Cannot read JPEG header: no start of image");
  for (;;) {
    const marker = nextMarker(cursor);
    const length = cursor.u16();
    if (length < 2) {
      throw new ProtocolError(
        `Cannot read JPEG header: segment of ${length} bytes, wanted 2 or more`,
      );
    }
    if (isFrameHeader(marker)) {
      cursor.skip(1);
      const height = cursor.u16();
      return { width: cursor.u16(), height };
    }
    cursor.skip(length - 2);
  }
}

/** A marker is ff and its code; any number of further ff may stand before the code. */
function nextMarker(cursor: Cursor): number {
  const first = cursor.u8();
  if (first !== 0xff) {
    throw new ProtocolError(`Cannot read JPEG header: byte ${first}, wanted the 255 of a marker`);
  }
  let code = first;
  while (code === 0xff) code = cursor.u8();
  return code;
}

/** SOF0 to SOF15; DHT, JPG and DAC have codes in between. */
function isFrameHeader(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}
