/**
 * Pseudo-rectangles: they carry no pixels of the screen but the cursor or a new size. Each reader
 * consumes its payload. Formats: RFC 6143, section 7.8, and the community's RFB specification
 * (ExtendedDesktopSize, LastRect, PointerPos).
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { Encoding } from "./encodings.ts";
import { rfbLimits } from "./limits.ts";
import type { Rect } from "./rect.ts";

/** What a pseudo-rectangle means for the screen. */
export type PseudoEffect =
  | { readonly kind: "none" }
  | { readonly kind: "last-rectangle" }
  | { readonly kind: "resize"; readonly width: number; readonly height: number };

const none: PseudoEffect = { kind: "none" };

/** Null when the encoding is no pseudo-encoding that we know. */
export async function readPseudoRectangle(
  stream: ByteStream,
  encoding: number,
  rect: Rect,
): Promise<PseudoEffect | null> {
  switch (encoding) {
    case Encoding.LastRect:
      return { kind: "last-rectangle" };
    case Encoding.DesktopSize:
      return { kind: "resize", width: rect.width, height: rect.height };
    case Encoding.ExtendedDesktopSize:
      return readExtendedDesktopSize(stream, rect);
    case Encoding.RichCursor:
      await skipCursor(stream, rect, (pixels, maskBytes) => pixels * 4 + maskBytes);
      return none;
    case Encoding.XCursor:
      await skipCursor(stream, rect, (pixels, maskBytes) => (pixels === 0 ? 0 : 6 + 2 * maskBytes));
      return none;
    case Encoding.PointerPos:
      return none;
    case Encoding.DesktopName:
      await skipDesktopName(stream);
      return none;
    default:
      return null;
  }
}

/**
 * u8 screens, 3 bytes padding, 16 bytes a screen. A y other than 0 reports a failed request of some
 * client.
 */
async function readExtendedDesktopSize(stream: ByteStream, rect: Rect): Promise<PseudoEffect> {
  const [screens] = await stream.read(4);
  await stream.skip(16 * screens);
  return rect.y === 0 ? { kind: "resize", width: rect.width, height: rect.height } : none;
}

async function skipCursor(
  stream: ByteStream,
  rect: Rect,
  payloadBytes: (pixels: number, maskBytes: number) => number,
): Promise<void> {
  const max = rfbLimits.cursorSidePixelsMax;
  if (rect.width > max || rect.height > max) {
    throw new ProtocolError(
      `Cannot read cursor: ${rect.width}x${rect.height}, at most ${max} a side allowed`,
    );
  }
  const maskBytes = Math.ceil(rect.width / 8) * rect.height;
  await stream.skip(payloadBytes(rect.width * rect.height, maskBytes));
}

async function skipDesktopName(stream: ByteStream): Promise<void> {
  const length = new Cursor(await stream.read(4), "desktop name length").u32();
  if (length > rfbLimits.desktopNameBytesMax) {
    throw new ProtocolError(
      `Cannot read desktop name: ${length} bytes, at most ${rfbLimits.desktopNameBytesMax} allowed`,
    );
  }
  await stream.skip(length);
}
