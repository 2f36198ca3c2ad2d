/** Clients of GET live: one of Bun's, and one that reads when it is told to. */
import { LiveCanvas, type LivePicture, readPictureMessage } from "../../support/live-message.ts";
import { onceOver } from "./fixture-host.ts";
import { HttpSocket, requestText } from "./http-socket.ts";

export const liveProtocol = "veyon-live.v1";

export type LiveText = Record<string, unknown> & { readonly type: string };

export class LiveClient {
  readonly socket: WebSocket;
  readonly opened = Promise.withResolvers<void>();
  /** Code and reason. */
  readonly closed = Promise.withResolvers<string>();
  readonly texts: LiveText[] = [];
  readonly pictures: LivePicture[] = [];
  /** Of all binary messages. */
  pictureBytes = 0;
  readonly #canvases = new Map<number, LiveCanvas>();
  #isOver = false;
  #wake = Promise.withResolvers<void>();

  /** `query`: with its question mark. */
  constructor(url: string, query: string, headers: Record<string, string> = {}) {
    const options = { protocols: [liveProtocol], headers };
    this.socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/live${query}`, options);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.opened.resolve();
    this.socket.onerror = () => {};
    this.socket.onclose = ({ code, reason }) => {
      this.#isOver = true;
      this.closed.resolve(`${code} ${reason}`.trim());
      this.#news();
    };
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        this.texts.push(JSON.parse(data) as LiveText);
      } else {
        const bytes = new Uint8Array(data as ArrayBuffer);
        this.pictureBytes += bytes.length;
        this.pictures.push(readPictureMessage(bytes));
      }
      this.#news();
    };
    onceOver(() => this.socket.terminate());
  }

  static async open(url: string, ticket: string): Promise<LiveClient> {
    const client = new LiveClient(url, `?ticket=${ticket}`);
    await client.opened.promise;
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** `view` is 0 unless the wish says otherwise. */
  watch(connection: number, wish: Record<string, unknown> = {}): void {
    this.send({ type: "watch", view: 0, connection, ...wish });
  }

  /** The next picture that has not been taken, which is painted. */
  async picture(): Promise<LivePicture & { readonly canvas: LiveCanvas }> {
    const picture = await this.#take(this.pictures, () => true);
    const canvas = this.canvas(picture.view);
    await canvas.paint(picture);
    return { ...picture, canvas };
  }

  canvas(view = 0): LiveCanvas {
    const canvas = this.#canvases.get(view) ?? new LiveCanvas();
    this.#canvases.set(view, canvas);
    return canvas;
  }

  /** Paints picture after picture until the view shows about this colour there. */
  async untilColour(colour: number, view = 0, x = 2, y = 2): Promise<void> {
    while (!isAbout(this.canvas(view).colour(x, y), colour)) await this.picture();
  }

  /** The next text that has not been taken and is like that; others stay. */
  text(isWanted: (text: LiveText) => boolean): Promise<LiveText> {
    return this.#take(this.texts, isWanted);
  }

  /** The data of the next such event. */
  async event(name: string, part: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const { data } = await this.text(({ type, event, data: found }) => {
      if (type !== "event" || event !== name) return false;
      return Object.entries(part).every(
        ([key, value]) => (found as Record<string, unknown>)[key] === value,
      );
    });
    return data as Record<string, unknown>;
  }

  error(): Promise<LiveText> {
    return this.text(({ type }) => type === "error");
  }

  async #take<T>(from: T[], isWanted: (each: T) => boolean): Promise<T> {
    for (;;) {
      const place = from.findIndex(isWanted);
      if (place !== -1) return from.splice(place, 1)[0];
      if (this.#isOver) throw new Error(`closed: ${await this.closed.promise}`);
      await this.#wake.promise;
    }
  }

  #news(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** Whether a pixel of a JPEG may have been of that colour. */
export function isAbout(pixel: number, colour: number): boolean {
  return [16, 8, 0].every((bit) => Math.abs(((pixel >> bit) & 255) - ((colour >> bit) & 255)) < 16);
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Frames of RFC 6455 by hand, each read when it is asked for; so it may read nothing for long. */
export class SlowLiveClient {
  private constructor(readonly http: HttpSocket) {}

  static async open(url: string, ticket: string): Promise<SlowLiveClient> {
    const http = await HttpSocket.connect(url);
    http.write(
      requestText("GET", `/api/v1/live?ticket=${ticket}`, {
        Upgrade: "websocket",
        Connection: "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      }),
    );
    const { status } = await http.response();
    if (status !== 101) throw new Error(`status ${status}, wanted 101`);
    return new SlowLiveClient(http);
  }

  /** Nothing is read from now on. */
  pause(): void {
    this.http.socket.pause();
  }

  resume(): void {
    this.http.socket.resume();
  }

  send(message: unknown): void {
    this.#write(opcodes.text, Buffer.from(JSON.stringify(message)));
  }

  /** The next picture. Pings before it are answered. */
  async picture(): Promise<LivePicture> {
    for (;;) {
      const { opcode, payload } = await this.#frame();
      if (opcode === opcodes.ping) this.#write(opcodes.pong, payload);
      else if (opcode === opcodes.binary) return readPictureMessage(Uint8Array.from(payload));
      else if (opcode === opcodes.close) throw new Error(`closed: ${payload.toString("latin1")}`);
    }
  }

  async #frame(): Promise<Frame> {
    const head = await this.#bytes(2);
    let length = head[1] & 127;
    if (length === 126) length = (await this.#bytes(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.#bytes(8)).readBigUInt64BE());
    return { opcode: head[0] & 15, payload: await this.#bytes(length) };
  }

  async #bytes(count: number): Promise<Buffer> {
    return Buffer.from(count === 0 ? "" : await this.http.bytes(count), "latin1");
  }

  /** The mask is of zeros. */
  #write(opcode: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.http.write(Buffer.concat([head, payload]));
  }
}
