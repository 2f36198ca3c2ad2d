/** A password is one short line. */
const secretLengthMax = 1024;

/** Asks for a secret on the terminal without showing it; without a terminal takes the first line of standard input. */
export async function readSecret(question: string): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) process.stderr.write(`${question}: `);
  const secret = stdin.isTTY ? await readHidden() : await readLine();
  if (stdin.isTTY) process.stderr.write("\n");
  return secret.slice(0, secretLengthMax);
}

async function readLine(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (chunk.includes("\n") || chunks.length > secretLengthMax) break;
  }
  const text = decodeUtf8(new TextDecoder("utf-8", { fatal: true }), Buffer.concat(chunks));
  return /^[^\r\n]*/.exec(text)![0];
}

function readHidden(): Promise<string> {
  const { stdin } = process;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let typed = "";
  const onData = (data: Buffer) => {
    try {
      for (const character of decodeUtf8(decoder, data, { stream: true })) {
        if (character === "\r" || character === "\n") return settle(() => resolve(typed));
        if (character === "\u0003") return settle(() => reject(new Error("Cancelled")));
        typed = character === "\u007f" ? [...typed].slice(0, -1).join("") : typed + character;
      }
    } catch (error) {
      settle(() => reject(error));
    }
    return undefined;
  };
  function settle(act: () => void): void {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
    act();
  }
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.resume();
  return promise;
}

/** Another password than the one that was typed would be a failed login on the host. */
function decodeUtf8(
  decoder: TextDecoder,
  bytes: Uint8Array,
  options?: { stream: boolean },
): string {
  try {
    return decoder.decode(bytes, options);
  } catch (cause) {
    throw new Error("Cannot read the password: it is not UTF-8", { cause });
  }
}
