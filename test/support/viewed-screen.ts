/** A screen that viewers look at, painted by a test, and viewers of it. */
import { ByteStream } from "../../src/bytes/byte-stream.ts";
import { openWasmEngine } from "../../src/image/engines/wasm/wasm-engine.ts";
import type { Codec, DirectCodec } from "../../src/image/strips/codec.ts";
import type { CursorShape } from "../../src/rfb/cursor-shape.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { TimeSlicer } from "../../src/scheduling/time-slicer.ts";
import { ScreenEncoder } from "../../src/viewer/screen-encoder.ts";
import type { ScreenListener, ViewedScreen } from "../../src/viewer/viewed-screen.ts";
import { Viewer, type ViewerInput } from "../../src/viewer/viewer.ts";
import { TestViewer } from "./rfb-viewer.ts";

const noPng = {} as Codec;
export const jpegCodec = openWasmEngine(noPng).codec({ format: "jpeg", level: 75 }) as DirectCodec;

export class TestScreen implements ViewedScreen {
  readonly name = "room1-pc1";
  frame: Framebuffer | null = null;
  cursor: CursorShape | null = null;
  readonly encoder = new ScreenEncoder(jpegCodec);
  readonly slicer = new TimeSlicer();
  readonly #listeners = new Set<ScreenListener>();

  constructor(width: number, height: number) {
    this.resize(width, height);
  }

  subscribe(listener: ScreenListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Viewers that wait for news. */
  followers = 0;

  follow(): () => void {
    this.followers++;
    return () => this.followers--;
  }

  get viewers(): number {
    return this.#listeners.size;
  }

  /** A new frame, all black. */
  resize(width: number, height: number): void {
    this.frame = new Framebuffer(width, height);
    this.paint({ x: 0, y: 0, width, height }, () => 0);
  }

  /** Sets each pixel of the rectangle by its place in the frame: one update of a host. */
  paint(rect: Rect, pixel: (x: number, y: number) => number): void {
    const frame = this.frame!;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        frame.pixels[y * frame.width + x] = pixel(x, y);
      }
    }
    frame.touch(rect);
    for (const _ of frame.noteChanges());
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener.onChange();
  }

  copied(text: string): void {
    for (const listener of this.#listeners) listener.onClipboard(text);
  }
}

/** What a viewer has done to a host, in short. */
export class RecordedInput implements ViewerInput {
  readonly events: string[] = [];

  key(keysym: number, isDown: boolean): void {
    this.events.push(`${isDown ? "press" : "release"} ${keysym.toString(16)}`);
  }

  pointer(x: number, y: number, buttonMask: number): void {
    this.events.push(`pointer ${x},${y} ${buttonMask}`);
  }

  clipboard(text: string): void {
    this.events.push(`clipboard ${text}`);
  }
}

export interface OpenViewer {
  readonly viewer: TestViewer;
  /** How serving it has ended: an error, or null when the viewer has gone. */
  readonly ended: Promise<Error | null>;
  /** Sends of the server that wait for `read`, while `isReading` is false. */
  readonly unread: Uint8Array[];
  /** Stops reading, or goes on: what has waited is read then. */
  setReading(isReading: boolean): void;
  leave(): void;
}

interface ViewerOptions {
  readonly input?: ViewerInput;
  /** Cuts what either side sends; whole messages if it is not given. */
  readonly cut?: (bytes: Uint8Array) => Uint8Array[];
}

/** A viewer that is served; the handshake is still to come. */
export function openViewer(screen: TestScreen, options: ViewerOptions = {}): OpenViewer {
  const { input = null, cut = (bytes) => [bytes] } = options;
  const toServer = new ByteStream({ pause() {}, resume() {} });
  const pushTo = (stream: ByteStream, bytes: Uint8Array) => {
    for (const part of cut(bytes)) stream.push(part.slice());
  };
  const viewer = new TestViewer((bytes) => pushTo(toServer, bytes));
  const unread: Uint8Array[] = [];
  const waiting: (() => void)[] = [];
  let isReading = true;
  const sink = {
    send: async (bytes: Uint8Array) => {
      if (isReading) {
        pushTo(viewer.stream, bytes);
        return;
      }
      unread.push(bytes);
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
  const served = new Viewer({
    stream: toServer,
    sink,
    screen,
    encoder: screen.encoder,
    line: screen.slicer.openLine(),
    input,
  });
  const ended = served.run().then(
    () => null,
    (error: Error) => error,
  );
  return {
    viewer,
    ended,
    unread,
    setReading(is) {
      isReading = is;
      if (!is) return;
      for (const bytes of unread.splice(0)) pushTo(viewer.stream, bytes);
      for (const resolve of waiting.splice(0)) resolve();
    },
    leave: () => toServer.end(),
  };
}
