/**
 * The clipboard between a host and a viewer: as Latin-1 (RFC 6143, sections 7.5.6 and 7.6.4), or in
 * rfbproto's extended form, in which either side says that it has a text and sends it when asked:
 *
 *     u32 flags: bit 0 text, bits 24-28 what follows
 *     caps:      u32 bytes of a text that may come unasked
 *     provide:   zlib stream of u32 bytes, text in UTF-8 with CR LF and a final NUL
 */
import { deflateSync } from "node:zlib";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { InflateStream } from "../bytes/inflate.ts";
import { viewerLimits } from "./limits.ts";

const format = { text: 1 } as const;
const action = {
  caps: 1 << 24,
  request: 1 << 25,
  peek: 1 << 26,
  notify: 1 << 27,
  provide: 1 << 28,
} as const;
const actions = action.caps | action.request | action.peek | action.notify | action.provide;

const serverCutText = 3;

export class ViewerClipboard {
  readonly #toHost: (text: string) => void;
  #isExtended = false;
  /** What the host has last had, and the viewer may ask for. */
  #text: string | null = null;
  /** The same, as it is provided, once it has been. */
  #provided: Uint8Array | null = null;
  /** Messages that wait to be sent, none of them twice, however often a viewer asks. */
  readonly #due = new Set<"caps" | "request" | "notify" | "provide" | "text">();

  constructor(toHost: (text: string) => void) {
    this.#toHost = toHost;
  }

  /** Whether there are messages to send. */
  get isDue(): boolean {
    return this.#due.size > 0;
  }

  /** The viewer has said whether it knows the extended form. */
  setExtended(isExtended: boolean): void {
    if (isExtended && !this.#isExtended) this.#due.add("caps");
    this.#isExtended = isExtended;
  }

  /** The host has a new text. */
  hostHas(text: string): void {
    // It says so of what it was sent, too.
    if (text === this.#text) return;
    this.#setText(text);
    this.#due.add(this.#isExtended ? "notify" : "text");
  }

  /** Takes a ClientCutText. Throws ProtocolError. */
  take(bytes: Uint8Array, isExtended: boolean): void {
    if (isExtended) this.#takeExtended(bytes);
    else this.#pass(new TextDecoder("latin1").decode(bytes));
  }

  /** The messages that are due, each a ServerCutText. */
  takeMessages(): Uint8Array {
    const messages = [...this.#due].map((each) => this.#encode(each));
    this.#due.clear();
    return Buffer.concat(messages);
  }

  #takeExtended(bytes: Uint8Array): void {
    if (bytes.length < 4) {
      throw new ProtocolError(
        `Cannot read extended ClientCutText: ${bytes.length} bytes, wanted at least 4`,
      );
    }
    const flags = new Cursor(bytes, "extended ClientCutText").u32();
    const hasText = (flags & format.text) !== 0;
    switch (flags & actions) {
      case action.request:
        if (hasText && this.#text !== null) this.#due.add("provide");
        return;
      case action.peek:
        this.#due.add("notify");
        return;
      case action.notify:
        if (hasText) this.#due.add("request");
        return;
      case action.provide:
        if (hasText) this.#passProvided(bytes.subarray(4));
        return;
      default:
        // What a viewer can do is of no matter: nothing is sent to it unasked.
        return;
    }
  }

  #passProvided(compressed: Uint8Array): void {
    const text = decodeProvided(compressed);
    if (text !== null) this.#pass(text);
  }

  #pass(text: string): void {
    const plain = text.replaceAll("\r\n", "\n");
    this.#setText(plain);
    this.#toHost(plain);
  }

  #setText(text: string): void {
    this.#text = text;
    this.#provided = null;
  }

  #encode(message: "caps" | "request" | "notify" | "provide" | "text"): Uint8Array {
    const text = this.#text ?? "";
    switch (message) {
      case "caps":
        return extended(actions | format.text, new ByteWriter().u32(0).finish());
      case "request":
        return extended(action.request | format.text);
      case "notify":
        return extended(action.notify | (this.#text === null ? 0 : format.text));
      case "provide":
        return extended(action.provide | format.text, (this.#provided ??= encodeProvided(text)));
      case "text":
        return encodeLatin1(text);
    }
  }
}

function extended(flags: number, content: Uint8Array = new Uint8Array(0)): Uint8Array {
  const length = 4 + content.length;
  return cutText(-length, new ByteWriter(length).u32(flags).bytes(content).finish());
}

function cutText(length: number, content: Uint8Array): Uint8Array {
  const head = new ByteWriter(8 + content.length).u8(serverCutText).bytes(new Uint8Array(3));
  return head.i32(length).bytes(content).finish();
}

/** A question mark stands for what Latin-1 lacks. */
function encodeLatin1(text: string): Uint8Array {
  const bytes = Uint8Array.from(text, (character) => {
    const codePoint = character.codePointAt(0)!;
    return codePoint < 256 ? codePoint : "?".charCodeAt(0);
  });
  return cutText(bytes.length, bytes);
}

function encodeProvided(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(`${text.replaceAll("\n", "\r\n")}\0`);
  const content = new ByteWriter(4 + bytes.length).u32(bytes.length).bytes(bytes).finish();
  return deflateSync(content, { level: 1 });
}

/** Null for one that is too long for any host; nothing of it is inflated. Throws ProtocolError. */
function decodeProvided(compressed: Uint8Array): string | null {
  const stream = new InflateStream("extended ClientCutText");
  try {
    stream.start(compressed);
    const length = new Cursor(inflate(stream, 4), "extended ClientCutText").u32();
    const { cutTextBytesMax, providedBytesMax } = viewerLimits;
    if (length > cutTextBytesMax) {
      throw new ProtocolError(
        `Cannot read extended ClientCutText: a text of ${length} bytes, at most ${cutTextBytesMax} allowed`,
      );
    }
    if (length > providedBytesMax) return null;
    return new TextDecoder().decode(inflate(stream, length)).replace(/\0$/, "");
  } finally {
    stream.close();
  }
}

function inflate(stream: InflateStream, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (const _ of stream.inflate(bytes, 0, count));
  return bytes;
}
