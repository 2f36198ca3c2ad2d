import { ByteWriter } from "../bytes/byte-writer.ts";
import { Encoding } from "../rfb/encodings.ts";
import { viewerLimits } from "./limits.ts";
import type { EncodedRect } from "./pseudo-rects.ts";

/** The count of rectangles that says: as many as come before a LastRect. */
const openCount = 0xffff;
const headerBytes = 4;

/**
 * A FramebufferUpdate (RFC 6143, section 7.6.1). A large one is handed out in parts while it is
 * made, if the viewer knows LastRect; otherwise the number of its rectangles has to go before them,
 * and it ends early, since a viewer asks again for what it has not been sent.
 */
export class UpdateMessage {
  readonly #knowsLastRect: boolean;
  #bytes = new ByteWriter(headerBytes).u32(0);
  #rects = 0;
  #isBegun = false;

  constructor(knowsLastRect: boolean) {
    this.#knowsLastRect = knowsLastRect;
  }

  get isEmpty(): boolean {
    return this.#rects === 0;
  }

  /** Whether it has room for more. */
  get isFull(): boolean {
    return !this.#knowsLastRect && this.#bytes.length >= viewerLimits.updateBytesMax;
  }

  add({ rect, encoding, payload }: EncodedRect): void {
    this.#rects++;
    this.#bytes
      .u16(rect.x)
      .u16(rect.y)
      .u16(rect.width)
      .u16(rect.height)
      .i32(encoding)
      .bytes(payload);
  }

  /** Whether there is a part that can be sent already, and is worth it. */
  get hasPart(): boolean {
    return this.#knowsLastRect && this.#bytes.length >= viewerLimits.partBytesMin;
  }

  takePart(): Uint8Array {
    const part = this.#bytes.finish();
    if (!this.#isBegun) putCount(part, openCount);
    this.#isBegun = true;
    this.#bytes = new ByteWriter();
    return part;
  }

  /** The rest. */
  finish(): Uint8Array {
    if (this.#isBegun) {
      this.add({ rect: nowhere, encoding: Encoding.LastRect, payload: new Uint8Array(0) });
      return this.#bytes.finish();
    }
    const whole = this.#bytes.finish();
    putCount(whole, this.#rects);
    return whole;
  }
}

const nowhere = { x: 0, y: 0, width: 0, height: 0 };

/** u8 0, the type of the message, u8 padding, u16 count. */
function putCount(message: Uint8Array, count: number): void {
  message[2] = count >> 8;
  message[3] = count & 255;
}
