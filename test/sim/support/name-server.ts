/** A name server (RFC 1035) that gives what a test wants, and remembers what it was asked. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const headerBytes = 12;
const types = { A: 1, AAAA: 28 } as const;
const noSuchName = 3;

/** The IPv4 addresses of a name; null: there is no such name. */
export type Zone = (name: string) => readonly string[] | null;

export class NameServer {
  /** The names that it was asked for, in lower case. */
  readonly asked: string[] = [];

  private constructor(
    readonly socket: Socket,
    private readonly zone: Zone,
  ) {
    socket.on("message", (query, { port, address }) => {
      socket.send(this.#answer(query), port, address);
    });
  }

  /** On port 53 of this computer, in a network of its own. */
  static async start(zone: Zone): Promise<NameServer> {
    const socket = createSocket("udp4");
    socket.bind(53, "127.0.0.1");
    await once(socket, "listening");
    return new NameServer(socket, zone);
  }

  #answer(query: Buffer): Buffer {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    const question = query.subarray(headerBytes, end + 4);
    // Both types are asked for at once; one of them stands for the lookup.
    if (type === types.A) this.asked.push(name.toLowerCase());
    const addresses = type === types.A ? this.zone(name.toLowerCase()) : [];
    const header = Buffer.alloc(headerBytes);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (addresses === null ? noSuchName : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses?.length ?? 0, 6);
    return Buffer.concat([header, question, ...(addresses ?? []).map(record)]);
  }
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at]; length > 0; length = query[at]) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

/** A pointer to the name in the question, type, class IN, a time to live of 0, four bytes. */
function record(address: string): Buffer {
  const head = Buffer.from("c00c0001000100000000" + "0004", "hex");
  return Buffer.concat([head, Buffer.from(address.split(".").map(Number))]);
}
