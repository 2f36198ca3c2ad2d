import { join } from "node:path";
import type { Change, SceneName, Stage } from "./scene.ts";

export interface SimStageOptions {
  readonly keyName: string;
  /** PEM. */
  readonly publicKey: string;
}

export interface SimStage extends Stage {
  readonly port: number;
  stop(): Promise<void>;
}

/** A simulated host in a process of its own. */
export async function startSimStage(options: SimStageOptions): Promise<SimStage> {
  const script = join(import.meta.dir, "sim-host.ts");
  const child = Bun.spawn([process.execPath, script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = linesOf(child.stdout);
  const read = async () => JSON.parse((await lines.next()).value as string) as unknown;
  const order = async (text: string) => {
    void child.stdin.write(`${text}\n`);
    await child.stdin.flush();
    return read();
  };
  const port = (await read()) as number;
  return {
    port,
    clear: async () => void (await order("clear")),
    change: async (name: SceneName) => (await order(name)) as Change,
    async stop() {
      await child.stdin.end();
      await child.exited;
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}
