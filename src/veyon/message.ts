/**
 * Veyon's frame, bare while authenticating and behind the byte 41 afterwards: `u32 length of the
 * body, variants`.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { Cursor } from "../bytes/cursor.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import { decodeVariant, encodeVariant, ValueCount, type Variant } from "../qt/variant.ts";

/** Veyon itself stops there; the largest that a server sends is a picture in the clipboard. */
export const messageBytesMax = 32 * 1024 * 1024;

/** What is longer than anything that we want to know is passed over. */
const wantedBytesMax = 1024 * 1024;

/** Variants in one message; the longest known list is that of authentication types. */
const variantsPerMessageMax = 64;

export function encodeMessage(variants: readonly Variant[]): Uint8Array {
  const body = new ByteWriter();
  for (const variant of variants) encodeVariant(body, variant);
  const bytes = body.finish();
  return new ByteWriter(4 + bytes.length).u32(bytes.length).bytes(bytes).finish();
}

/**
 * The variants of one message, read off the stream. `bytesMax`: the longest body that this place
 * allows.
 */
export async function readMessage(stream: ByteStream, bytesMax: number): Promise<Variant[]> {
  const header = stream.take(4) ?? (await stream.read(4));
  return readBody(stream, checkLength(new Cursor(header, "message length").u32(), bytesMax));
}

/**
 * The same where the host may send what we do not want: null when it is over a mebibyte, and is
 * passed over.
 */
export async function readWantedMessage(stream: ByteStream): Promise<Variant[] | null> {
  const header = stream.take(4) ?? (await stream.read(4));
  const length = checkLength(new Cursor(header, "message length").u32(), messageBytesMax);
  if (length <= wantedBytesMax) return readBody(stream, length);
  await stream.skip(length);
  return null;
}

function checkLength(length: number, bytesMax: number): number {
  if (length > bytesMax) {
    throw new ProtocolError(`Cannot read message: ${length} bytes, at most ${bytesMax} allowed`);
  }
  return length;
}

async function readBody(stream: ByteStream, length: number): Promise<Variant[]> {
  return decodeMessageBody(stream.take(length) ?? (await stream.read(length)));
}

export function decodeMessageBody(body: Uint8Array): Variant[] {
  try {
    return decodeVariants(body);
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
    // It is the body that ends too early, not the connection, for which others would take it.
    throw new ProtocolError(`Cannot decode message: ${error.message}`, { cause: error });
  }
}

function decodeVariants(body: Uint8Array): Variant[] {
  const cursor = new Cursor(body, "message");
  const variants: Variant[] = [];
  const count = new ValueCount();
  while (cursor.remaining > 0) {
    if (variants.length === variantsPerMessageMax) {
      throw new ProtocolError(
        `Cannot decode message: more than ${variantsPerMessageMax} variants in it`,
      );
    }
    variants.push(decodeVariant(cursor, count));
  }
  return variants;
}
