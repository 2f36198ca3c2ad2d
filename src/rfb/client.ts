/**
 * An RFB client after the handshake (RFC 6143, sections 7.5 and 7.6): asks for updates, and reads
 * what the server sends until the connection ends. Message types beyond RFB's own come from a table
 * that the caller gives.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import {
  encodeFramebufferUpdateRequest,
  encodeKeyEvent,
  encodePointerEvent,
  encodeSetEncodings,
  encodeSetPixelFormat,
} from "./client-messages.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { ByteSink } from "./handshake.ts";
import type { MemoryAccount } from "../scheduling/memory-budget.ts";
import type { WorkLine } from "../scheduling/time-slicer.ts";
import { rfbLimits } from "./limits.ts";
import { Screen } from "./screen.ts";
import { checkSize, type Size } from "./size.ts";
import { readUpdate } from "./update-reader.ts";

/** Reads one message whose type byte has been read. */
export type MessageReader = (stream: ByteStream) => Promise<void> | void;

export interface RfbClientOptions {
  readonly stream: ByteStream;
  readonly sink: ByteSink;
  /** From ServerInit, in pixels. */
  readonly size: Size;
  readonly decoders: ReadonlyMap<number, Decoder<unknown>>;
  /** Reading and painting are done in it. */
  readonly line: WorkLine;
  /** Pays for the screen and for updates that wait to be painted. */
  readonly memory: MemoryAccount;
  /** Readers of message types that are not RFB's own. */
  readonly messageReaders: ReadonlyMap<number, MessageReader>;
  /** Called after each update that has been painted. */
  readonly onUpdate: (resized: boolean) => void;
}

const MessageType = {
  FramebufferUpdate: 0,
  SetColourMapEntries: 1,
  Bell: 2,
  ServerCutText: 3,
  /** UltraVNC. */
  ResizeFrameBuffer: 4,
  Xvp: 250,
} as const;

export class RfbClient {
  readonly screen: Screen;
  readonly #options: RfbClientOptions;
  /** In all lists so far: what was on its way when the last one was sent still counts. */
  readonly #asked = new Set<number>();
  #closed: Error | null = null;

  constructor(options: RfbClientOptions) {
    this.#options = options;
    this.screen = new Screen(options);
  }

  /** Says what a pixel looks like. */
  start(): void {
    this.#options.sink.send(encodeSetPixelFormat());
  }

  /** Says how pixels are to be sent, by preference; the pseudo-encodings are among them. */
  setEncodings(encodings: readonly number[]): void {
    for (const encoding of encodings) this.#asked.add(encoding);
    this.#options.sink.send(encodeSetEncodings(encodings));
  }

  /** Asks for the whole screen, or only for what has changed since the last update. */
  requestUpdate(incremental: boolean): void {
    const area = { x: 0, y: 0, ...this.screen.size };
    this.#options.sink.send(encodeFramebufferUpdateRequest(incremental, area));
  }

  /** `keysym`: of X11. */
  sendKey(keysym: number, isDown: boolean): void {
    this.#options.sink.send(encodeKeyEvent(keysym, isDown));
  }

  /** Pixels of the screen; a bit for each button. */
  sendPointer(x: number, y: number, buttonMask: number): void {
    this.#options.sink.send(encodePointerEvent(x, y, buttonMask));
  }

  /**
   * Reads messages until the server closes; throws on everything else that ends the connection, and
   * what `close` was given: what has come before it is not read any more.
   */
  async run(): Promise<void> {
    const { stream, line } = this.#options;
    for (;;) {
      const type = stream.takeByte() ?? (await stream.readByteOrEnd());
      if (type === null) return;
      const reading = this.#readMessage(type);
      if (reading !== undefined) await reading;
      if (this.#closed !== null) throw this.#closed;
      const pause = line.pause();
      if (pause !== null) await pause;
    }
  }

  /** Stops all work and frees all memory; the client is not used afterwards. */
  close(reason: Error): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    this.#options.line.close(reason);
    this.screen.free(reason);
    for (const decoder of this.#options.decoders.values()) decoder.close();
    this.#options.memory.close();
  }

  /** No promise for a message of one byte: a host may send millions of them. */
  #readMessage(type: number): Promise<void> | void {
    const { stream, messageReaders } = this.#options;
    switch (type) {
      case MessageType.FramebufferUpdate:
        return this.#update();
      case MessageType.SetColourMapEntries:
        return skipColourMap(stream);
      case MessageType.Bell:
        return;
      case MessageType.ServerCutText:
        return skipCutText(stream);
      case MessageType.ResizeFrameBuffer:
        return this.#resize();
      case MessageType.Xvp:
        return stream.skip(3);
      default: {
        const readMessage = messageReaders.get(type);
        if (readMessage === undefined) {
          throw new ProtocolError(`Cannot read server message: unknown type ${type}`);
        }
        return readMessage(stream);
      }
    }
  }

  async #update(): Promise<void> {
    const { stream, decoders, line, memory, onUpdate } = this.#options;
    const options = { stream, decoders, line, memory, asked: this.#asked };
    const update = await readUpdate(options, this.screen.size);
    let isResized: boolean;
    try {
      isResized = await this.screen.apply(update.steps);
    } finally {
      update.release();
    }
    onUpdate(isResized);
  }

  async #resize(): Promise<void> {
    const { stream, onUpdate } = this.#options;
    onUpdate(await this.screen.apply([{ kind: "resize", size: await readResize(stream) }]));
  }
}

/** u8 padding, u16 first colour, u16 count, 6 bytes a colour. Our pixel format has no map. */
async function skipColourMap(stream: ByteStream): Promise<void> {
  const header = new Cursor(await stream.read(5), "SetColourMapEntries");
  header.skip(3);
  await stream.skip(6 * header.u16());
}

/**
 * 3 bytes padding, u32 length, text. A negative length announces UltraVNC's extended form of the
 * same.
 */
async function skipCutText(stream: ByteStream): Promise<void> {
  const header = new Cursor(await stream.read(7), "ServerCutText");
  header.skip(3);
  const length = Math.abs(header.i32());
  if (length > rfbLimits.cutTextBytesMax) {
    throw new ProtocolError(
      `Cannot read cut text: ${length} bytes, at most ${rfbLimits.cutTextBytesMax} allowed`,
    );
  }
  await stream.skip(length);
}

/** u8 padding, u16 width, u16 height. */
async function readResize(stream: ByteStream): Promise<Size> {
  const fields = new Cursor(await stream.read(5), "ResizeFrameBuffer");
  fields.skip(1);
  return checkSize({ width: fields.u16(), height: fields.u16() });
}
