/** What a viewer says after the handshake (RFC 6143, section 7.5, and rfbproto's extensions). */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import type { Rect } from "../rfb/rect.ts";
import { viewerLimits } from "./limits.ts";
import { decodePixelFormat, type PixelFormat } from "./pixel-format.ts";

export type ViewerMessage =
  | { readonly kind: "pixel-format"; readonly format: PixelFormat }
  | { readonly kind: "encodings"; readonly encodings: readonly number[] }
  | { readonly kind: "update-request"; readonly isIncremental: boolean; readonly area: Rect }
  | { readonly kind: "key"; readonly keysym: number; readonly isDown: boolean }
  | {
      readonly kind: "pointer";
      readonly x: number;
      readonly y: number;
      readonly buttonMask: number;
    }
  /** Latin-1, or what is in the extended form of it. */
  | { readonly kind: "cut-text"; readonly isExtended: boolean; readonly bytes: Uint8Array }
  /** A wish for another size. */
  | { readonly kind: "desktop-size" };

const MessageType = {
  SetPixelFormat: 0,
  SetEncodings: 2,
  FramebufferUpdateRequest: 3,
  KeyEvent: 4,
  PointerEvent: 5,
  ClientCutText: 6,
  SetDesktopSize: 251,
} as const;

const take = (stream: ByteStream, count: number) => stream.take(count) ?? stream.read(count);

/** Null at the end of the stream. Throws ProtocolError, EndOfStreamError. */
export async function readViewerMessage(stream: ByteStream): Promise<ViewerMessage | null> {
  const type = stream.takeByte() ?? (await stream.readByteOrEnd());
  if (type === null) return null;
  switch (type) {
    case MessageType.SetPixelFormat: {
      const fields = new Cursor(await take(stream, 19), "SetPixelFormat");
      fields.skip(3);
      return { kind: "pixel-format", format: decodePixelFormat(fields) };
    }
    case MessageType.SetEncodings:
      return { kind: "encodings", encodings: await readEncodings(stream) };
    case MessageType.FramebufferUpdateRequest: {
      const fields = new Cursor(await take(stream, 9), "FramebufferUpdateRequest");
      const isIncremental = fields.u8() !== 0;
      const [x, y, width, height] = [fields.u16(), fields.u16(), fields.u16(), fields.u16()];
      return { kind: "update-request", isIncremental, area: { x, y, width, height } };
    }
    case MessageType.KeyEvent: {
      const fields = new Cursor(await take(stream, 7), "KeyEvent");
      const isDown = fields.u8() !== 0;
      fields.skip(2);
      return { kind: "key", keysym: fields.u32(), isDown };
    }
    case MessageType.PointerEvent: {
      const fields = new Cursor(await take(stream, 5), "PointerEvent");
      const buttonMask = fields.u8();
      return { kind: "pointer", x: fields.u16(), y: fields.u16(), buttonMask };
    }
    case MessageType.ClientCutText:
      return readCutText(stream);
    case MessageType.SetDesktopSize:
      return readDesktopSize(stream);
    default:
      throw new ProtocolError(`Cannot read viewer's message: unknown type ${type}`);
  }
}

async function readEncodings(stream: ByteStream): Promise<number[]> {
  const count = new Cursor((await take(stream, 3)).subarray(1), "SetEncodings").u16();
  const { encodingsMax } = viewerLimits;
  if (count > encodingsMax) {
    throw new ProtocolError(
      `Cannot read SetEncodings: ${count} encodings, at most ${encodingsMax} allowed`,
    );
  }
  const fields = new Cursor(await take(stream, 4 * count), "SetEncodings");
  return Array.from({ length: count }, () => fields.i32());
}

/** A negative length announces the extended form of as many bytes. */
async function readCutText(stream: ByteStream): Promise<ViewerMessage> {
  const length = new Cursor((await take(stream, 7)).subarray(3), "ClientCutText").i32();
  const byteCount = Math.abs(length);
  const { cutTextBytesMax } = viewerLimits;
  if (byteCount > cutTextBytesMax) {
    throw new ProtocolError(
      `Cannot read ClientCutText: ${byteCount} bytes, at most ${cutTextBytesMax} allowed`,
    );
  }
  return { kind: "cut-text", isExtended: length < 0, bytes: await take(stream, byteCount) };
}

/** u8 padding, u16 width, u16 height, u8 screens, u8 padding, 16 bytes a screen. */
async function readDesktopSize(stream: ByteStream): Promise<ViewerMessage> {
  const header = await take(stream, 7);
  await stream.skip(16 * header[5]);
  return { kind: "desktop-size" };
}
