import { connect, type Socket } from "node:net";
import { ByteStream } from "../../../src/bytes/byte-stream.ts";

/**
 * A connection to an X server, as much of the X Window System Protocol, version 11, as drawing and
 * looking needs ("X Protocol Encoding" of X.Org, byte order little-endian). Requests are answered
 * in the order they were sent, so any answer says that everything sent before it has been carried
 * out.
 */
export class XConnection {
  readonly root: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly #socket: Socket;
  readonly #stream: ByteStream;
  #nextId: number;
  /** Answers are read one after another, each by the call that asked. */
  #lastReply: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket, stream: ByteStream, setup: Buffer) {
    this.#socket = socket;
    this.#stream = stream;
    this.#nextId = setup.readUInt32LE(4);
    const vendorBytes = (setup.readUInt16LE(16) + 3) & ~3;
    const formats = setup[21];
    const screen = setup.subarray(32 + vendorBytes + formats * 8);
    this.root = screen.readUInt32LE(0);
    this.width = screen.readUInt16LE(20);
    this.height = screen.readUInt16LE(22);
    this.depth = screen[38];
  }

  static async open(display: number): Promise<XConnection> {
    const socket = connect({ path: `/tmp/.X11-unix/X${display}` });
    const stream = new ByteStream({ pause: () => socket.pause(), resume: () => socket.resume() });
    socket.on("data", (chunk: Buffer) => stream.push(chunk));
    socket.on("error", (error) => stream.end(error));
    socket.on("close", () => stream.end());
    const hello = Buffer.alloc(12);
    hello[0] = 0x6c;
    hello.writeUInt16LE(11, 2);
    socket.write(hello);
    const head = Buffer.from(await stream.read(8));
    const setup = Buffer.from(await stream.read(head.readUInt16LE(6) * 4));
    if (head[0] !== 1) throw new Error(`X server :${display} refused: ${setup.toString()}`);
    return new XConnection(socket, stream, setup);
  }

  close(): void {
    this.#socket.destroy();
  }

  newId(): number {
    return this.#nextId++;
  }

  /**
   * A request without an answer. `body` and `data` follow the header of opcode, `detail` and
   * length.
   */
  send(opcode: number, detail: number, body: Buffer, data?: Uint8Array): void {
    const bodyBytes = (body.length + 3) & ~3;
    const request = Buffer.alloc(4 + bodyBytes);
    request[0] = opcode;
    request[1] = detail;
    request.writeUInt16LE((request.length + (data?.length ?? 0)) / 4, 2);
    body.copy(request, 4);
    this.#socket.write(request);
    if (data !== undefined) this.#socket.write(data);
  }

  /** A request with an answer: its 32 bytes, and the rest of it. */
  ask(opcode: number, detail: number, body: Buffer): Promise<{ head: Buffer; rest: Buffer }> {
    this.send(opcode, detail, body);
    const reply = this.#lastReply.then(() => this.#readReply());
    this.#lastReply = reply.catch(() => {});
    return reply;
  }

  /**
   * Resolves when the server has carried out everything sent so far (GetInputFocus, the cheapest
   * question).
   */
  async sync(): Promise<void> {
    await this.ask(43, 0, Buffer.alloc(0));
  }

  async #readReply(): Promise<{ head: Buffer; rest: Buffer }> {
    for (;;) {
      const head = Buffer.from(await this.#stream.read(32));
      if (head[0] === 0)
        throw new Error(`X server answered error ${head[1]} to request ${head[10]}`);
      // Everything above 1 is an event.
      if (head[0] > 1) continue;
      const rest = Buffer.from(await this.#stream.read(head.readUInt32LE(4) * 4));
      return { head, rest };
    }
  }
}

/** Numbers as a request has them: 4 bytes each, least significant first. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeInt32LE(value | 0, index * 4));
  return bytes;
}

/** Pairs of 16-bit numbers, the first in the lower half. */
export function pair(low: number, high: number): number {
  return (low & 0xffff) | (high << 16);
}
