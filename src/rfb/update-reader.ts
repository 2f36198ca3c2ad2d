/**
 * FramebufferUpdate (RFC 6143, section 7.6.1) in two halves: `readUpdate` awaits all of its bytes while the screen
 * stays as it is, `applyUpdate` paints them.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import type { Decoder } from "./decoders/decoder.ts";
import { rfbLimits } from "./limits.ts";
import { readPseudoRectangle } from "./pseudo-rectangles.ts";
import type { Rect } from "./rect.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type UpdateStep =
  | {
      readonly kind: "paint";
      readonly rect: Rect;
      readonly decoder: Decoder<unknown>;
      readonly payload: unknown;
    }
  | { readonly kind: "resize"; readonly size: Size };

/** The count of rectangles that says: as many as come before a LastRect. */
const openCount = 0xffff;

/** Reads what follows the message type. `size`: the screen's size before this update. */
export async function readUpdate(
  stream: ByteStream,
  decoders: ReadonlyMap<number, Decoder<unknown>>,
  size: Size,
): Promise<UpdateStep[]> {
  const header = new Cursor(stream.take(3) ?? (await stream.read(3)), "FramebufferUpdate");
  header.skip(1);
  const count = header.u16();
  const countMax = rfbLimits.rectanglesPerUpdateMax;
  if (count > countMax && count !== openCount) {
    throw new ProtocolError(`Cannot read update: ${count} rectangles, at most ${countMax} allowed`);
  }
  const steps: UpdateStep[] = [];
  let screen = size;
  let waitingBytes = 0;
  for (let index = 0; count === openCount || index < count; index++) {
    if (index === countMax) {
      throw new ProtocolError(`Cannot read update: no LastRect within ${countMax} rectangles`);
    }
    const fields = new Cursor(stream.take(12) ?? (await stream.read(12)), "rectangle");
    const rect = { x: fields.u16(), y: fields.u16(), width: fields.u16(), height: fields.u16() };
    const encoding = fields.i32();
    const decoder = decoders.get(encoding);
    if (decoder === undefined) {
      const effect = await readPseudoRectangle(stream, encoding, rect);
      if (effect === null) {
        throw new ProtocolError(`Cannot read rectangle: encoding ${encoding} was not asked for`);
      }
      if (effect.kind === "last-rectangle") break;
      if (effect.kind === "resize") {
        screen = checkSize(effect);
        steps.push({ kind: "resize", size: screen });
      }
      continue;
    }
    checkInside(rect, screen);
    const payload = await decoder.readRect(stream, rect);
    waitingBytes += decoder.payloadBytes(payload);
    if (waitingBytes > rfbLimits.updateBytesMax) {
      throw new ProtocolError(
        `Cannot read update: over ${rfbLimits.updateBytesMax} bytes in its rectangles`,
      );
    }
    steps.push({ kind: "paint", rect, decoder, payload });
  }
  return steps;
}

/** Throws unless a screen of this size is within the limits. */
export function checkSize({ width, height }: Size): Size {
  const { sidePixelsMax, framePixelsMax } = rfbLimits;
  if (width > sidePixelsMax || height > sidePixelsMax || width * height > framePixelsMax) {
    throw new ProtocolError(
      `Cannot hold a screen of ${width}x${height}: at most ${sidePixelsMax} a side and ${framePixelsMax} pixels allowed`,
    );
  }
  return { width, height };
}

function checkInside(rect: Rect, screen: Size): void {
  if (rect.x + rect.width > screen.width || rect.y + rect.height > screen.height) {
    throw new ProtocolError(
      `Cannot paint rectangle: ${rect.width}x${rect.height} at ${rect.x},${rect.y}, wanted inside ${screen.width}x${screen.height}`,
    );
  }
}
