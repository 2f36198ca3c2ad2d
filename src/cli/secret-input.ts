/** A password is one short line. */
const secretBytesMax = 1024;

const lineFeed = 0x0a;

/**
 * Asks for a secret on the terminal without showing it; without a terminal takes the first line of
 * standard input. Throws when there is none, or what is there cannot be one.
 */
export async function readSecret(question: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) return decodeSecret(await readLine());
  process.stderr.write(`${question}: `);
  try {
    return decodeSecret(await readHidden());
  } finally {
    process.stderr.write("\n");
  }
}

function decodeSecret(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new Error("Cannot log in: no password given");
  if (bytes.length > secretBytesMax) {
    throw new Error(`Cannot use the password: at most ${secretBytesMax} bytes are allowed`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("Cannot read the password: it is not UTF-8");
  }
}

async function readLine(): Promise<Uint8Array> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.includes(lineFeed) || bytes.length > secretBytesMax) break;
  }
  const end = bytes.indexOf(lineFeed);
  const line = end === -1 ? bytes : bytes.subarray(0, end);
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

/** What keys send that are no part of a secret. */
const keys = { ctrlC: 0x03, ctrlD: 0x04, backspace: 0x08, return: 0x0d, delete: 0x7f } as const;

function readHidden(): Promise<Uint8Array> {
  const { stdin } = process;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const typed: number[] = [];
  const onData = (data: Buffer) => {
    for (const byte of data) {
      if (byte === keys.return || byte === lineFeed)
        return settle(() => resolve(Buffer.from(typed)));
      if (byte === keys.ctrlC || byte === keys.ctrlD) return cancel();
      if (byte === keys.backspace || byte === keys.delete) removeCharacter(typed);
      else if (typed.length <= secretBytesMax) typed.push(byte);
    }
    return undefined;
  };
  // The terminal has been closed.
  const cancel = () => settle(() => reject(new Error("Cannot log in: no password given")));
  function settle(act: () => void): void {
    stdin.off("data", onData).off("end", cancel);
    stdin.setRawMode(false);
    stdin.pause();
    act();
  }
  stdin.setRawMode(true);
  stdin.on("data", onData).on("end", cancel);
  stdin.resume();
  return promise;
}

/** The last one, which has one byte that does not start with the bits 10. */
function removeCharacter(typed: number[]): void {
  for (let byte = typed.pop(); byte !== undefined && (byte & 0xc0) === 0x80; byte = typed.pop());
}
