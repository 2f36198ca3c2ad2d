/**
 * A simulated Veyon 4.7.5 host that costs next to nothing: it sends updates that were encoded
 * before.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Cursor } from "../../src/bytes/cursor.ts";
import { ProtocolError } from "../../src/bytes/errors.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import type { SimComputer } from "../../src/sim/sim-computer.ts";
import { SimConnection } from "../../src/sim/protocol/sim-connection.ts";
import { shakeHands } from "../../src/sim/protocol/sim-handshake.ts";
import { encodeSimFeatureMessage, readSimMessage } from "../../src/sim/protocol/sim-message.ts";
import { decodePixelFormat, nativePixelFormat } from "../../src/sim/encodings/sim-pixel-format.ts";
import { decodeFeatureMessage, featureMessageType } from "../../src/veyon/feature-message.ts";
import type { PixelEncoding, ReplayedUpdates } from "./replayed-updates.ts";

export class ReplayHost {
  readonly #computer: SimComputer;
  readonly #updates: ReplayedUpdates;
  readonly #clients = new Set<ReplayClient>();
  #changes: number;

  /** `firstChange`: where it begins, so that hosts differ. */
  constructor(computer: SimComputer, updates: ReplayedUpdates, firstChange: number) {
    this.#computer = computer;
    this.#updates = updates;
    this.#changes = firstChange;
  }

  /** Gives the port. */
  async listen(address: string): Promise<number> {
    const server = createServer((socket) => void this.#serve(socket));
    server.listen(0, address);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** The next tenth of the screen changes. */
  change(): void {
    const number = this.#changes++;
    for (const client of this.#clients) client.changed(number);
  }

  async #serve(socket: Socket): Promise<void> {
    const connection = new SimConnection(socket, (_step, bytes) => bytes);
    connection.open(null);
    const client = new ReplayClient(connection, this.#computer, this.#updates);
    try {
      await shakeHands(connection, this.#computer);
      this.#clients.add(client);
      await client.serve();
    } catch (error) {
      // A server that ends resets its connections.
      if (error instanceof ProtocolError) console.error(error);
    } finally {
      this.#clients.delete(client);
      connection.close();
    }
  }
}

/** One connection, from ServerInit on. */
class ReplayClient {
  readonly #connection: SimConnection;
  readonly #computer: SimComputer;
  readonly #updates: ReplayedUpdates;
  #encoding: PixelEncoding = Encoding.Raw;
  #isFirst = true;
  #isRequested = false;
  /** What the client has not been sent yet. */
  #changes: number[] = [];

  constructor(connection: SimConnection, computer: SimComputer, updates: ReplayedUpdates) {
    this.#connection = connection;
    this.#computer = computer;
    this.#updates = updates;
  }

  changed(number: number): void {
    this.#changes.push(number);
    this.#sendChanges();
  }

  async serve(): Promise<void> {
    for (;;) {
      const type = await this.#connection.stream.readOrEnd(1);
      if (type === null) return;
      await this.#read(type[0]);
    }
  }

  async #read(type: number): Promise<void> {
    const { stream } = this.#connection;
    switch (type) {
      case 0:
        return checkPixelFormat((await stream.read(19)).subarray(3));
      case 2:
        return this.#setEncodings();
      case 3: {
        const [incremental] = await stream.read(9);
        if (incremental === 0) return this.#sendWhole();
        this.#isRequested = true;
        return this.#sendChanges();
      }
      case 4:
        return stream.skip(7);
      case 5:
        return stream.skip(5);
      case featureMessageType:
        return this.#answer();
      default:
        throw new ProtocolError(`Cannot read client message: unknown type ${type}`);
    }
  }

  async #setEncodings(): Promise<void> {
    const { stream } = this.#connection;
    const count = new Cursor((await stream.read(3)).subarray(1), "SetEncodings").u16();
    const cursor = new Cursor(await stream.read(4 * count), "SetEncodings");
    const encodings = Array.from({ length: count }, () => cursor.i32());
    const known: readonly number[] = [Encoding.Raw, Encoding.Zrle];
    this.#encoding = (encodings.find((each) => known.includes(each)) ?? 0) as PixelEncoding;
  }

  #sendWhole(): void {
    this.#changes = [];
    this.#send(this.#updates.whole(this.#encoding, this.#isFirst));
    this.#isFirst = false;
  }

  #sendChanges(): void {
    if (!this.#isRequested || this.#changes.length === 0) return;
    this.#isRequested = false;
    this.#send(this.#updates.changes(this.#encoding, this.#changes));
    this.#changes = [];
  }

  #send(bytes: Uint8Array): void {
    this.#connection.send("framebufferUpdate", bytes).catch(() => {});
  }

  async #answer(): Promise<void> {
    const { features, traits } = this.#computer;
    const variants = await readSimMessage(this.#connection, traits);
    if (variants[0]?.type !== "QUuid") return;
    const answer = features.handle(decodeFeatureMessage(variants));
    if (answer === null) return;
    const bytes = encodeSimFeatureMessage(answer, traits, "descending");
    await this.#connection.send("featureMessage", bytes);
  }
}

function checkPixelFormat(bytes: Uint8Array): void {
  const { bytesPerPixel, bigEndian, shifts } = decodePixelFormat(new Cursor(bytes, "PixelFormat"));
  const isNative = shifts.every((shift, index) => shift === nativePixelFormat.shifts[index]);
  if (bytesPerPixel !== 4 || bigEndian || !isNative) {
    throw new ProtocolError("Cannot replay updates: another pixel format was asked for");
  }
}
