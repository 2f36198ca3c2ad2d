/** A Unix socket that takes datagrams, as systemd's: Bun has none, so Python has it. */
import type { Subprocess } from "bun";

const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name.startswith("@") else name)
print("bound", flush=True)
while True:
    print(s.recv(4096).decode(), flush=True)
`;

export class DatagramSocket {
  readonly #child: Subprocess<"ignore", "pipe", 2>;
  readonly #lines: AsyncGenerator<string>;

  private constructor(name: string) {
    this.#child = Bun.spawn(["python3", "-c", script, name], { stdio: ["ignore", "pipe", 2] });
    this.#lines = linesOf(this.#child.stdout);
  }

  /** `name`: a path, or @ and a name. */
  static async bind(name: string): Promise<DatagramSocket> {
    const socket = new DatagramSocket(name);
    await socket.next();
    return socket;
  }

  /** The next datagram, as soon as there is one. */
  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("The socket is closed");
    return value;
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
