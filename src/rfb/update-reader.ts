/**
 * Reads a FramebufferUpdate (RFC 6143, section 7.6.1) whole, while the screen stays as it is; the
 * steps that come of it are painted by `Screen.apply`.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ProtocolError } from "../bytes/errors.ts";
import type { MemoryAccount } from "../scheduling/memory-budget.ts";
import type { WorkLine } from "../scheduling/time-slicer.ts";
import type { CursorShape } from "./cursor-shape.ts";
import type { Decoder } from "./decoders/decoder.ts";
import { Encoding } from "./encodings.ts";
import { rfbLimits } from "./limits.ts";
import { readPseudoRectangle } from "./pseudo-rectangles.ts";
import type { Rect } from "./rect.ts";
import { checkSize, type Size } from "./size.ts";
import { UpdateRoom } from "./update-room.ts";

export type UpdateStep =
  | {
      readonly kind: "paint";
      readonly rect: Rect;
      readonly decoder: Decoder<unknown>;
      readonly payload: unknown;
    }
  | { readonly kind: "resize"; readonly size: Size }
  | { readonly kind: "cursor"; readonly cursor: CursorShape | null };

export interface UpdateReaderOptions {
  readonly stream: ByteStream;
  readonly decoders: ReadonlyMap<number, Decoder<unknown>>;
  /** Encodings that the host was asked for; it may send Raw unasked (RFC 6143, section 7.5.2). */
  readonly asked: ReadonlySet<number>;
  /** Reading waits in it when there is a lot to read. */
  readonly line: WorkLine;
  /** Pays for what waits to be painted. */
  readonly memory: MemoryAccount;
}

/** Updates that have been read, and the memory that they hold until `release` is called. */
export interface ReadUpdate {
  readonly steps: readonly UpdateStep[];
  release(): void;
}

/** The count of rectangles that says: as many as come before a LastRect. */
const openCount = 0xffff;

/** Reads what follows the message type. `size`: the screen's size before this update. */
export async function readUpdate(options: UpdateReaderOptions, size: Size): Promise<ReadUpdate> {
  const room = new UpdateRoom(size, options.memory);
  try {
    const steps = await readSteps(options, size, room);
    return { steps, release: () => room.release() };
  } catch (error) {
    room.release();
    throw error;
  }
}

/** u8 padding, u16 number of rectangles. */
const headerBytes = 3;
/** u16 x, y, width, height, i32 encoding. */
const rectangleHeaderBytes = 12;

async function readSteps(
  { stream, decoders, asked, line }: UpdateReaderOptions,
  size: Size,
  room: UpdateRoom,
): Promise<UpdateStep[]> {
  // One for all of them: a host may send thousands, and each may be nothing but its header.
  const bytes = new Uint8Array(rectangleHeaderBytes);
  const fields = new DataView(bytes.buffer);
  const header = bytes.subarray(0, headerBytes);
  if (!stream.takeInto(header)) await stream.readInto(header);
  const count = fields.getUint16(1);
  const countMax = rfbLimits.rectanglesPerUpdateMax;
  if (count > countMax && count !== openCount) {
    throw new ProtocolError(`Cannot read update: ${count} rectangles, at most ${countMax} allowed`);
  }
  const steps: UpdateStep[] = [];
  let screen = size;
  for (let index = 0; count === openCount || index < count; index++) {
    if (index === countMax) {
      throw new ProtocolError(`Cannot read update: no LastRect within ${countMax} rectangles`);
    }
    const pause = line.pause();
    if (pause !== null) await pause;
    if (!stream.takeInto(bytes)) await stream.readInto(bytes);
    const rect = {
      x: fields.getUint16(0),
      y: fields.getUint16(2),
      width: fields.getUint16(4),
      height: fields.getUint16(6),
    };
    const encoding = fields.getInt32(8);
    if (encoding !== Encoding.Raw && !asked.has(encoding)) throw notAskedFor(encoding);
    const decoder = decoders.get(encoding);
    if (decoder === undefined) {
      const reading = readPseudoRectangle(stream, encoding, rect, room);
      const effect = reading instanceof Promise ? await reading : reading;
      if (effect === null) throw notAskedFor(encoding);
      if (effect.kind === "last-rectangle") break;
      if (effect.kind === "cursor") steps.push(effect);
      if (effect.kind === "resize") {
        screen = checkSize(effect);
        // Of several in a row the last one counts.
        if (steps.at(-1)?.kind === "resize") steps.pop();
        else room.countResize();
        room.grow(screen);
        steps.push({ kind: "resize", size: screen });
      }
      continue;
    }
    checkInside(rect, screen);
    room.paint(rect);
    steps.push({
      kind: "paint",
      rect,
      decoder,
      payload: await decoder.readRect(stream, rect, room),
    });
  }
  return steps;
}

function notAskedFor(encoding: number): ProtocolError {
  return new ProtocolError(`Cannot read rectangle: encoding ${encoding} was not asked for`);
}

function checkInside(rect: Rect, screen: Size): void {
  if (rect.x + rect.width > screen.width || rect.y + rect.height > screen.height) {
    throw new ProtocolError(
      `Cannot paint rectangle: ${rect.width}x${rect.height} at ${rect.x},${rect.y}, wanted inside ${screen.width}x${screen.height}`,
    );
  }
}
