import type { CursorShape } from "../rfb/cursor-shape.ts";
import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";
import type { Size } from "../rfb/size.ts";
import type { WorkLine } from "../scheduling/time-slicer.ts";
import type { ViewerSink } from "./handshake.ts";
import { viewerLimits } from "./limits.ts";
import { type PixelFormat, serverPixelFormat } from "./pixel-format.ts";
import {
  cursorRect,
  type EncodedRect,
  LayoutReason,
  layoutRect,
  sizeRect,
  unknownCursor,
} from "./pseudo-rects.ts";
import type { ScreenEncoder } from "./screen-encoder.ts";
import { type RectLimits, SentCells } from "./sent-cells.ts";
import { UpdateMessage } from "./update-message.ts";
import { NoScreenError, type ViewedScreen } from "./viewed-screen.ts";
import { abilitiesOf } from "./viewer-abilities.ts";

export interface UpdatesOptions {
  readonly sink: ViewerSink;
  readonly screen: ViewedScreen;
  /** Shared by all viewers of the screen. */
  readonly encoder: ScreenEncoder;
  /** Encoding is done in it. */
  readonly line: WorkLine;
}

/** How rectangles are made for a viewer. */
interface RectEncoder {
  readonly limits: RectLimits;
  /** Takes one or a few from the front, and gives one. */
  readonly take: (rects: Rect[]) => EncodedRect;
}

/**
 * The updates of one viewer (RFC 6143, sections 7.5.1 to 7.5.3 and 7.6.1): each is made when the
 * viewer has asked for it and has taken the one before, and has what is new then.
 */
export class ViewerUpdates {
  readonly #options: UpdatesOptions;
  #format = serverPixelFormat();
  #abilities = abilitiesOf([]);
  /** As the viewer has it. */
  #size: Size;
  #sent: SentCells | null = null;
  /** A frame of which nothing can be had any more. */
  #goneFrame: Framebuffer | null = null;
  /** The area of which it waits for news; null when it waits for none. */
  #requested: Rect | null = null;
  /** Ends the following of the screen while it waits. */
  #unfollow: (() => void) | null = null;
  /** The shape that it was sent last; null when it was sent none. */
  #cursor: CursorShape | null = null;
  #dueLayout: LayoutReason | null = null;

  /** `size`: what the viewer was told in ServerInit. */
  constructor(size: Size, options: UpdatesOptions) {
    this.#size = size;
    this.#options = options;
  }

  setPixelFormat(format: PixelFormat): void {
    this.#format = format;
  }

  setEncodings(encodings: readonly number[]): void {
    const before = this.#abilities;
    this.#abilities = abilitiesOf(encodings);
    // Whoever knows it is told once, and knows from it that the server does.
    if (this.#abilities.extendedDesktopSize && !before.extendedDesktopSize) {
      this.#dueLayout = LayoutReason.OfServer;
    }
  }

  /** The size is for the host's user to choose. */
  refuseSize(): void {
    this.#dueLayout = LayoutReason.Prohibited;
  }

  request(area: Rect, isIncremental: boolean): void {
    if (!isIncremental) this.#sent?.forget(area);
    this.#requested = this.#requested === null ? area : around(this.#requested, area);
    this.#unfollow ??= this.#options.screen.follow();
  }

  /** The viewer waits for nothing until its next request. */
  stopWaiting(): void {
    this.#requested = null;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  /**
   * Sends an update if one was asked for and there is something new. Throws NoScreenError for a
   * size that the viewer cannot be told.
   */
  async send(): Promise<void> {
    const { frame } = this.#options.screen;
    if (this.#requested === null || frame === null || frame === this.#goneFrame) return;
    if (frame !== this.#sent?.frame) this.#sent = new SentCells(frame);
    if (frame.width !== this.#size.width || frame.height !== this.#size.height) {
      await this.#sendSize(frame);
      return;
    }
    const message = new UpdateMessage(this.#abilities.lastRect);
    for (const rect of this.#pseudoRects()) message.add(rect);
    const area = this.#requested;
    if (message.isEmpty && !this.#sent.isChanged(area)) return;
    this.stopWaiting();
    await this.#putChanged(message, this.#sent, area);
    // The frame was gone before anything of it was sent, and the viewer waits on.
    if (message.isEmpty) this.request(area, true);
    else await this.#options.sink.send(message.finish());
  }

  async #sendSize(size: Size): Promise<void> {
    const { desktopSize, extendedDesktopSize } = this.#abilities;
    if (!desktopSize && !extendedDesktopSize) {
      throw new NoScreenError(
        `the screen has ${size.width}x${size.height} now, and the viewer knows no DesktopSize`,
      );
    }
    this.stopWaiting();
    this.#size = { width: size.width, height: size.height };
    const message = new UpdateMessage(false);
    message.add(extendedDesktopSize ? layoutRect(size, LayoutReason.OfServer) : sizeRect(size));
    await this.#options.sink.send(message.finish());
  }

  #pseudoRects(): EncodedRect[] {
    const rects: EncodedRect[] = [];
    if (this.#dueLayout !== null) rects.push(layoutRect(this.#size, this.#dueLayout));
    this.#dueLayout = null;
    const cursor = this.#options.screen.cursor ?? unknownCursor;
    if (cursor !== this.#cursor) {
      const rect = cursorRect(cursor, this.#abilities, this.#format);
      if (rect === null) return rects;
      this.#cursor = cursor;
      rects.push(rect);
    }
    return rects;
  }

  /** As much as there is room for of what has changed now. */
  async #putChanged(message: UpdateMessage, sent: SentCells, area: Rect): Promise<void> {
    const { line, sink } = this.#options;
    const { frame } = sent;
    const { limits, take } = this.#rectEncoder(frame);
    let rects: Rect[] | null = null;
    do {
      const pause = line.pause();
      if (pause !== null) await pause;
      const isThere = await whileThere(frame, () => {
        rects ??= sent.changedRects(area, limits);
        const endMs = performance.now() + viewerLimits.encodeMs;
        while (rects.length > 0 && performance.now() < endMs) {
          if (message.isFull || message.hasPart) return;
          const encoded = take(rects);
          message.add(encoded);
          sent.note(encoded.rect);
        }
      });
      if (!isThere) {
        this.#goneFrame = frame;
        return;
      }
      if (message.hasPart) await sink.send(message.takePart());
    } while (rects!.length > 0 && !message.isFull);
  }

  /** As the viewer has last wished. */
  #rectEncoder(frame: Framebuffer): RectEncoder {
    const { encoder } = this.#options;
    const { tight, jpegQuality, zlibLevel } = this.#abilities;
    const { columnsMax, rawPixelsMax, tightPixelsMax } = viewerLimits;
    const format = this.#format;
    const settings = { format, jpegQuality, zlibLevel };
    return tight
      ? {
          limits: { columnsMax, pixelsMax: tightPixelsMax },
          take: (rects) => encoder.takeTight(frame, rects, settings),
        }
      : {
          limits: { columnsMax, pixelsMax: rawPixelsMax },
          take: (rects) => encoder.raw(frame, rects.shift()!, format),
        };
  }
}

/** Calls `use` when the frame is still, unless it is gone; gives whether it was there. */
async function whileThere(frame: Framebuffer, use: () => void): Promise<boolean> {
  let wasThere = false;
  try {
    await frame.whenStill(() => {
      wasThere = true;
      use();
    });
  } catch (error) {
    if (wasThere) throw error;
  }
  return wasThere;
}

/** The smallest area that holds both. */
function around(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
