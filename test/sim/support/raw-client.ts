/**
 * A client that knows as little as possible: it writes hexadecimal and reads exact numbers of
 * bytes. Its own code, so that a mistake of the product's client cannot hide one of the simulated
 * host.
 */
import { sign } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket as BunSocket } from "bun";

export class RawClient {
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("error", end).on("end", end).on("close", end);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    return new RawClient(socket);
  }

  static async connectTls(port: number): Promise<RawClient> {
    const plain = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(plain, "connect");
    const socket = connectTls({ socket: plain, rejectUnauthorized: false });
    // The certificate of Veyon 5 breaks the rules, so that it must not be looked at in any way.
    (socket as unknown as { _handle: BunSocket })._handle.setVerifyMode(false, false);
    await once(socket, "secureConnect");
    return new RawClient(socket);
  }

  write(hex: string): void {
    this.socket.write(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
  }

  /** Exactly `count` bytes; throws when the host closes before. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#received.length < count) {
      if (this.#ended) throw new Error(`closed: ${this.#received.length} of ${count} bytes came`);
      await this.#more();
    }
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }

  async hex(count: number): Promise<string> {
    return (await this.bytes(count)).toString("hex");
  }

  /** A message, with its length, as hexadecimal. */
  async message(): Promise<string> {
    const length = await this.bytes(4);
    return length.toString("hex") + (await this.hex(length.readUInt32BE()));
  }

  /** The body of the next feature message; anything else in front of it is an error. */
  async featureMessage(): Promise<Buffer> {
    const type = await this.hex(1);
    if (type !== "29") throw new Error(`message type ${type}, wanted 29`);
    return this.bytes((await this.bytes(4)).readUInt32BE());
  }

  /** The bytes that came before the host closed. */
  async rest(): Promise<string> {
    while (!this.#ended) await this.#more();
    return this.#received.toString("hex");
  }

  /** What has come without being read. */
  get unread(): string {
    return this.#received.toString("hex");
  }

  close(): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

export const greeting = "524642203030332e3030380a";

/** A QString, or with type and null flag a string variant, in hexadecimal. */
export function stringVariant(text: string): string {
  const value = Buffer.from(text, "utf16le").swap16();
  return `0000000a00${hex32(value.length)}${value.toString("hex")}`;
}

export function byteArrayVariant(bytes: Buffer): string {
  return `0000000c00${hex32(bytes.length)}${bytes.toString("hex")}`;
}

export function message(...variants: string[]): string {
  const body = variants.join("");
  return hex32(body.length / 2) + body;
}

export function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/**
 * From the greeting to the choice of method, which is `choice`, a variant; the list of methods is
 * the result.
 */
export async function greetAndChoose(client: RawClient, choice: string): Promise<string> {
  await client.bytes(12);
  client.write(greeting);
  await client.bytes(2);
  client.write("28");
  const methods = await client.message();
  client.write(message(choice, stringVariant("fixture-client")));
  return methods;
}

export const keyFileChoice = "000000020000000003";
export const authKeysChoice = "0000001e000c69b30181b442d68fae128cdd113314";

/** Signs in with a key; the SecurityResult is read, ClientInit is sent. */
export async function signIn(
  client: RawClient,
  keyName: string,
  privateKey: string,
  choice = keyFileChoice,
): Promise<void> {
  await greetAndChoose(client, choice);
  await client.bytes(4);
  const challenge = (await client.bytes(4 + 9 + 128)).subarray(13);
  client.write(
    message(stringVariant(keyName), byteArrayVariant(sign("sha512", challenge, privateKey))),
  );
  await client.bytes(4);
  client.write("01");
}
