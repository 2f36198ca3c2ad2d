import { ByteWriter } from "../../bytes/byte-writer.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Rect } from "../../rfb/rect.ts";
import { DirtyRegion } from "./dirty-region.ts";
import {
  encodeDesktopLayout,
  encodeRichCursor,
  PseudoEncoding,
  pointerHotspot,
} from "./pseudo-rects.ts";
import { isPixelEncoding, PixelEncoding, SimEncoder } from "../encodings/sim-encoder.ts";
import { nativePixelFormat, type SimPixelFormat } from "../encodings/sim-pixel-format.ts";
import { intersection, type ScreenChange, type SimScreen } from "../sim-screen.ts";
import type { ScreenSent } from "../sim-options.ts";
import type { SimTraits } from "../sim-traits.ts";
import { tightRectSides } from "../encodings/tight-encoder.ts";

const copyRect = 1;

/** What a host sends over and over that never sends its whole screen. */
const corner: Rect = { x: 0, y: 0, width: 8, height: 8 };

/**
 * A rectangle of an update: its pixels as they were when the update was begun, or its finished
 * payload.
 */
type UpdateRect = { readonly rect: Rect; readonly encoding: number } & (
  { readonly pixels: Uint32Array } | { readonly payload: Uint8Array }
);

/** Where updates go, and how to end a connection that has asked for what its host cannot send. */
export interface UpdateReceiver {
  sendUpdate(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/**
 * One client's view of the screen: what it has asked for, what it has not seen yet, how it wants it
 * coded.
 */
export class FramebufferUpdates {
  readonly #encoder = new SimEncoder();
  readonly #dirty = new DirtyRegion();
  #format: SimPixelFormat = nativePixelFormat;
  #encodings: readonly number[] = [];
  /** Goes before the dirty parts, which it must not have come from. */
  #copy: { rect: Rect; from: { x: number; y: number } } | null = null;
  #sizeIsDue = false;
  #cursorIsDue = false;
  /** Whether the whole screen was asked for already. */
  #wasAskedForAll = false;
  #requested: Rect | null = null;
  #scheduled = false;
  #sending = false;

  constructor(
    private readonly screen: SimScreen,
    private readonly traits: SimTraits,
    private readonly receiver: UpdateReceiver,
    private readonly sent: ScreenSent = "whole",
  ) {
    if (sent === "whole") this.#dirty.add(screen.bounds);
    screen.listeners.add(this.#noteChange);
  }

  close(): void {
    this.screen.listeners.delete(this.#noteChange);
    this.#requested = null;
    this.#encoder.close();
  }

  setPixelFormat(format: SimPixelFormat): void {
    this.#format = format;
  }

  setEncodings(encodings: readonly number[]): void {
    const isNew = (encoding: number) => this.#knows(encoding, encodings) && !this.#knows(encoding);
    // A host tells the layout of its screens as soon as a client can understand it.
    if (isNew(PseudoEncoding.ExtendedDesktopSize)) this.#sizeIsDue = true;
    if (isNew(PseudoEncoding.RichCursor)) this.#cursorIsDue = true;
    this.#encodings = encodings;
  }

  request(incremental: boolean, area: Rect): void {
    const inside = intersection(area, this.screen.bounds);
    if (this.sent === "never whole") this.#dirty.add(corner);
    else if (!incremental && inside !== null) this.#dirty.add(this.#wholeOf(inside));
    this.#requested = area;
    this.#schedule();
  }

  #wholeOf(area: Rect): Rect {
    const sendsPart = this.sent === "in parts" && !this.#wasAskedForAll;
    this.#wasAskedForAll = true;
    return sendsPart ? { ...area, height: Math.ceil(area.height / 2) } : area;
  }

  #knows(encoding: number, encodings = this.#encodings): boolean {
    if (!encodings.includes(encoding)) return false;
    return encoding !== PseudoEncoding.ExtendedDesktopSize || this.traits.relaysExtendedDesktopSize;
  }

  readonly #noteChange = (change: ScreenChange): void => {
    if (change.type === "resized") {
      this.#copy = null;
      this.#dirty.clear();
      for (const rect of this.#newAreas(change.from)) this.#dirty.add(rect);
      this.#sizeIsDue =
        this.#knows(PseudoEncoding.DesktopSize) || this.#knows(PseudoEncoding.ExtendedDesktopSize);
      // Without a way to tell the new size, its pixels simply come, whatever size was asked for.
      if (this.#requested !== null) this.#requested = this.screen.bounds;
    } else if (
      change.type === "copied" &&
      this.#copy === null &&
      this.#dirty.isEmpty &&
      this.#knows(copyRect)
    ) {
      this.#copy = change;
    } else {
      this.#dirty.add(change.rect);
    }
    this.#schedule();
  };

  #newAreas(from: { width: number; height: number }): Rect[] {
    const { width, height } = this.screen;
    if (this.sent === "whole") return [this.screen.bounds];
    const right = { x: from.width, y: 0, width: width - from.width, height };
    const bottom = { x: 0, y: from.height, width, height: height - from.height };
    return [right, bottom].filter((rect) => rect.width > 0 && rect.height > 0);
  }

  /** Changes made in one go travel in one update. */
  #schedule(): void {
    if (this.#scheduled || this.#sending || this.#requested === null) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#update().catch(() => this.receiver.close());
    });
  }

  async #update(): Promise<void> {
    if (this.#requested === null || this.#sending) return;
    const rects = this.#collect(this.#requested);
    if (rects.length === 0) return;
    this.#requested = null;
    this.#sending = true;
    await this.receiver.sendUpdate(await this.#encode(rects, this.#format));
    this.#sending = false;
    this.#schedule();
  }

  #collect(area: Rect): UpdateRect[] {
    if (this.#sizeIsDue) return [this.#sizeRect()];
    const rects: UpdateRect[] = [];
    if (this.#cursorIsDue) {
      this.#cursorIsDue = false;
      const payload = encodeRichCursor(this.#format);
      rects.push({ rect: pointerHotspot, encoding: PseudoEncoding.RichCursor, payload });
    }
    if (this.#copy !== null) {
      const { rect, from } = this.#copy;
      this.#copy = null;
      const payload = new ByteWriter(4).u16(from.x).u16(from.y).finish();
      rects.push({ rect, encoding: copyRect, payload });
    }
    const encoding = this.#encodings.find(isPixelEncoding) ?? PixelEncoding.Raw;
    if (encoding === PixelEncoding.Tight && !this.traits.relaysTight) {
      throw new ProtocolError("Cannot relay update: Tight is not known before 4.8.0");
    }
    for (const dirty of this.#dirty.take(area)) {
      for (const rect of encoding === PixelEncoding.Tight ? tightParts(dirty) : [dirty]) {
        rects.push({ rect, encoding, pixels: this.screen.read(rect) });
      }
    }
    return rects;
  }

  #sizeRect(): UpdateRect {
    this.#sizeIsDue = false;
    const rect = this.screen.bounds;
    return this.#knows(PseudoEncoding.ExtendedDesktopSize)
      ? { rect, encoding: PseudoEncoding.ExtendedDesktopSize, payload: encodeDesktopLayout(rect) }
      : { rect, encoding: PseudoEncoding.DesktopSize, payload: new Uint8Array(0) };
  }

  /** As x11vnc does it: only a Tight update leaves its count open and ends with LastRect. */
  async #encode(rects: readonly UpdateRect[], format: SimPixelFormat): Promise<Uint8Array> {
    const openCount =
      this.#knows(PseudoEncoding.LastRect) &&
      rects.some((rect) => rect.encoding === PixelEncoding.Tight);
    const writer = new ByteWriter(1024)
      .u8(0)
      .u8(0)
      .u16(openCount ? 0xffff : rects.length);
    for (const { rect, encoding, ...content } of rects) {
      const payload =
        "payload" in content
          ? content.payload
          : await this.#encoder.encode(encoding as PixelEncoding, rect, content.pixels, format);
      writer.u16(rect.x).u16(rect.y).u16(rect.width).u16(rect.height).i32(encoding).bytes(payload);
    }
    if (openCount) writer.u32(0).u32(0).i32(PseudoEncoding.LastRect);
    return writer.finish();
  }
}

function tightParts(rect: Rect): Rect[] {
  const parts: Rect[] = [];
  for (let y = 0; y < rect.height; y += tightRectSides.height) {
    for (let x = 0; x < rect.width; x += tightRectSides.width) {
      const part = { x: rect.x + x, y: rect.y + y, ...tightRectSides };
      const inside = intersection(part, rect);
      if (inside !== null) parts.push(inside);
    }
  }
  return parts;
}
