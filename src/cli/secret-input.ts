import { createInterface } from "node:readline";

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
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return "";
}

function readHidden(): Promise<string> {
  const { stdin } = process;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = "";
  const onData = (data: Buffer) => {
    for (const character of data.toString()) {
      if (character === "\r" || character === "\n") return settle(() => resolve(typed));
      if (character === "\u0003") return settle(() => reject(new Error("Cancelled")));
      typed = character === "\u007f" ? typed.slice(0, -1) : typed + character;
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
