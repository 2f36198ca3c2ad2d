import { dataOf } from "./api-error.ts";
import type { Computer } from "./computer.ts";
import type { Screen, Session, User } from "./generated/types.gen.ts";

interface Connection {
  readonly state: "online" | "lost" | "back" | "closed";
  /** Of a loss or an end. */
  readonly reason?: string;
  readonly details?: string;
}

interface ActiveFeatures {
  /** `name` is null of a feature that is newer than the server. */
  readonly active: readonly { readonly name: string | null; readonly uid: string }[];
}

type Told<Name, Data> = Data & {
  readonly event: Name;
  /** The place of the computer in the list; 0 on the stream of one. */
  readonly connection: number;
  readonly host: string | null;
};

export type LiveEvent =
  | Told<"connection", Connection>
  | Told<"user", User>
  | Told<"session", Session>
  | Told<"features", ActiveFeatures>
  | Told<"screens", { readonly screens: readonly Screen[] }>;

/** The events of one stream for all of them. */
export async function* followMany(
  computers: readonly Computer[],
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent> {
  const [first] = computers;
  if (first === undefined) return;
  const left = new AbortController();
  const ended = signal === undefined ? left.signal : AbortSignal.any([left.signal, signal]);
  // Makes sure that all are logged in; those that are lost are told of by the stream.
  await Promise.all(computers.map((computer) => computer.connection()));
  const uids = await Promise.all(computers.map((computer) => computer.uid()));
  const ticket = await first.ticket("view", uids);
  const body = await first.call(async (client) =>
    dataOf(
      await client.get({
        url: "/api/v1/events",
        query: { ticket },
        signal: ended,
        parseAs: "stream",
      }),
    ),
  );
  try {
    yield* events(body as unknown as ReadableStream<Uint8Array<ArrayBuffer>>);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    left.abort();
  }
}

/** The server says something every 15 s: whoever hears nothing for so long hears nothing more. */
const silenceMaxMs = 60_000;

async function readSoon(reader: {
  read(): Promise<{ done: boolean; value?: string | undefined }>;
}) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The events have been silent for ${silenceMaxMs / 1000} s`));
    }, silenceMaxMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Server-Sent Events of the HTML standard, 9.2, as this server writes them. */
async function* events(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<LiveEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await readSoon(reader);
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (event === undefined || data === undefined) continue;
        yield { event, ...JSON.parse(data) } as LiveEvent;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
