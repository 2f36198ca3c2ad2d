/**
 * Pseudo-rectangles: they carry no pixels of the screen but the cursor or a new size. Each reader
 * consumes its payload. Formats: RFC 6143, section 7.8, and the community's RFB specification
 * (ExtendedDesktopSize, LastRect, PointerPos).
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { cursorBytes, type CursorShape, maskRowBytes } from "./cursor-shape.ts";
import { Encoding } from "./encodings.ts";
import { rfbLimits } from "./limits.ts";
import type { Rect } from "./rect.ts";
import type { ByteRoom } from "./update-room.ts";

/** What a pseudo-rectangle means for the screen. */
export type PseudoEffect =
  | { readonly kind: "none" }
  | { readonly kind: "last-rectangle" }
  /** Null for one that is not kept, since it is too large. */
  | { readonly kind: "cursor"; readonly cursor: CursorShape | null }
  | { readonly kind: "resize"; readonly width: number; readonly height: number };

const none: PseudoEffect = { kind: "none" };

const lastRectangle: PseudoEffect = { kind: "last-rectangle" };

/**
 * Null when the encoding is no pseudo-encoding that we know; no promise where there is nothing to
 * read. `room` is asked before bytes are read that are kept.
 */
export function readPseudoRectangle(
  stream: ByteStream,
  encoding: number,
  rect: Rect,
  room: ByteRoom,
): Promise<PseudoEffect> | PseudoEffect | null {
  switch (encoding) {
    case Encoding.LastRect:
      return lastRectangle;
    case Encoding.DesktopSize:
      return { kind: "resize", width: rect.width, height: rect.height };
    case Encoding.ExtendedDesktopSize:
      return readExtendedDesktopSize(stream, rect);
    case Encoding.RichCursor:
      return readRichCursor(stream, rect, room);
    case Encoding.XCursor:
      return skipXCursor(stream, rect);
    case Encoding.PointerPos:
      return none;
    case Encoding.DesktopName:
      return skipDesktopName(stream);
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

/** The pixels, as those of the screen, and the mask. The place of the rectangle is the hotspot. */
async function readRichCursor(
  stream: ByteStream,
  rect: Rect,
  room: ByteRoom,
): Promise<PseudoEffect> {
  checkCursor(rect);
  const { x, y, width, height } = rect;
  const byteCount = cursorBytes(rect);
  if (width * height > rfbLimits.cursorKeptPixelsMax) {
    await stream.skip(byteCount);
    return { kind: "cursor", cursor: null };
  }
  room.take(byteCount);
  // A copy: words begin at a multiple of four.
  const { buffer } = Uint8Array.from(await stream.read(byteCount));
  const pixels = new Uint32Array(buffer, 0, width * height);
  const mask = new Uint8Array(buffer, pixels.byteLength);
  const cursor = { width, height, hotspot: { x, y }, pixels, mask };
  return { kind: "cursor", cursor };
}

/** Two colours, and two bits a pixel. */
async function skipXCursor(stream: ByteStream, rect: Rect): Promise<PseudoEffect> {
  checkCursor(rect);
  const isEmpty = rect.width * rect.height === 0;
  if (!isEmpty) await stream.skip(6 + 2 * maskRowBytes(rect.width) * rect.height);
  return none;
}

function checkCursor({ width, height }: Rect): void {
  const max = rfbLimits.cursorSidePixelsMax;
  if (width > max || height > max) {
    throw new ProtocolError(
      `Cannot read cursor: ${width}x${height}, at most ${max} a side allowed`,
    );
  }
}

async function skipDesktopName(stream: ByteStream): Promise<PseudoEffect> {
  const length = new Cursor(await stream.read(4), "desktop name length").u32();
  if (length > rfbLimits.desktopNameBytesMax) {
    throw new ProtocolError(
      `Cannot read desktop name: ${length} bytes, at most ${rfbLimits.desktopNameBytesMax} allowed`,
    );
  }
  await stream.skip(length);
  return none;
}
