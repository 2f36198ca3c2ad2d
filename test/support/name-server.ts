/**
 * A name server of our own, by UDP and TCP on a free port of this computer, which answers as badly
 * as a test wants (RFC 1035).
 */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv4, type Server, type Socket } from "node:net";

export type Behaviour =
  /** Addresses of both kinds. */
  | readonly string[]
  | "NXDOMAIN"
  | "silent"
  /** Answers A, and nothing to AAAA. */
  | "silent about IPv6"
  | "SERVFAIL"
  | "REFUSED"
  | "garbage"
  /** 127.0.0.9, by TCP only. */
  | "truncated"
  /** 127.0.0.9, when `release` is called. */
  | "late";

const responseCodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const types = { A: 1, AAAA: 28 } as const;
const addressElsewhere = "127.0.0.9";

export interface Question {
  readonly name: string;
  readonly type: "A" | "AAAA";
  readonly transport: "udp" | "tcp";
}

export class NameServer {
  /** In the order in which they came. */
  readonly questions: Question[] = [];
  readonly #udp: DatagramSocket;
  readonly #tcp: Server;
  readonly #sockets = new Set<Socket>();
  readonly #late: (() => void)[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(
    readonly names: Record<string, Behaviour>,
    udp: DatagramSocket,
  ) {
    this.#udp = udp;
    this.#udp.on("message", (message, { address, port }) =>
      this.#answer(message, "udp", (answer) => this.#udp.send(answer, port, address)),
    );
    // A client that has given up.
    this.#udp.on("error", () => {});
    this.#tcp = createServer((socket) => this.#serve(socket));
  }

  /** `names`: in full; all others do not exist. */
  static async start(
    names: Record<string, Behaviour>,
    { address = "127.0.0.1", port = 0 } = {},
  ): Promise<NameServer> {
    for (;;) {
      const udp = createSocket("udp4");
      udp.bind(port, address);
      await once(udp, "listening");
      const server = new NameServer(names, udp);
      try {
        server.#tcp.listen(udp.address().port, address);
        await once(server.#tcp, "listening");
        return server;
      } catch (error) {
        udp.close();
        // A free port of UDP need not be free for TCP.
        if (port !== 0) throw error;
      }
    }
  }

  /** As a Resolver takes it. */
  get address(): string {
    const { address, port } = this.#udp.address();
    return `${address}:${port}`;
  }

  /** How often it has been asked for the IPv4 addresses of this name. */
  asked(name: string): number {
    return this.questions.filter((each) => each.name === name && each.type === "A").length;
  }

  /** Settles when it has been asked so many questions in all. */
  async untilAsked(count: number): Promise<void> {
    while (this.questions.length < count) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Gives all answers that are late. */
  release(): void {
    for (const answer of this.#late.splice(0)) answer();
  }

  stop(): void {
    if (this.#tcp.listening) this.#udp.close();
    this.#tcp.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const end = 2 + bytes.readUInt16BE(0);
        this.#answer(bytes.subarray(2, end), "tcp", (answer) => {
          socket.write(Buffer.concat([u16(answer.length), answer]));
        });
        bytes = bytes.subarray(end);
      }
    });
  }

  #answer(query: Buffer, transport: "udp" | "tcp", send: (answer: Buffer) => void): void {
    const { name, type, end } = parseQuestion(query);
    this.questions.push({ name, type, transport });
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    const reply = (code: keyof typeof responseCodes, addresses: readonly string[] = []) =>
      send(response(query.subarray(0, end), responseCodes[code], addresses, type));
    const behaviour = this.names[name] ?? "NXDOMAIN";
    switch (behaviour) {
      case "silent":
        return;
      case "silent about IPv6":
        if (type === "A") reply("NOERROR", [addressElsewhere]);
        return;
      case "NXDOMAIN":
      case "SERVFAIL":
      case "REFUSED":
        reply(behaviour);
        return;
      case "garbage":
        send(Buffer.from("garbage"));
        return;
      case "truncated":
        if (transport === "tcp") reply("NOERROR", [addressElsewhere]);
        else send(response(query.subarray(0, end), 0, [], type, true));
        return;
      case "late":
        this.#late.push(() => reply("NOERROR", [addressElsewhere]));
        return;
      default:
        reply("NOERROR", behaviour);
    }
  }
}

function parseQuestion(query: Buffer) {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query[offset++]; length !== 0; length = query[offset++]) {
    labels.push(query.toString("latin1", offset, offset + length));
    offset += length;
  }
  const type = query.readUInt16BE(offset) === types.AAAA ? ("AAAA" as const) : ("A" as const);
  return { name: labels.join("."), type, end: offset + 4 };
}

function response(
  query: Buffer,
  code: number,
  addresses: readonly string[],
  type: "A" | "AAAA",
  isTruncated = false,
): Buffer {
  const fitting = addresses.filter((address) => isIPv4(address) === (type === "A"));
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header[2] = isTruncated ? 0x87 : 0x85;
  header[3] = 0x80 | code;
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(fitting.length, 6);
  return Buffer.concat([header, query.subarray(12), ...fitting.map(addressRecord)]);
}

/** Of the name in the question, for a minute. */
function addressRecord(address: string): Buffer {
  const bytes = isIPv4(address) ? address.split(".").map(Number) : ipv6Bytes(address);
  const type = isIPv4(address) ? types.A : types.AAAA;
  const head = [0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length];
  return Buffer.from([...head, ...bytes]);
}

function ipv6Bytes(address: string): number[] {
  const [front, back] = address.split("::").map((half) => half.split(":").filter((e) => e !== ""));
  const zeros = Array<string>(8 - front.length - back.length).fill("0");
  const groups = [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16));
  return groups.flatMap((group) => [group >> 8, group & 255]);
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
