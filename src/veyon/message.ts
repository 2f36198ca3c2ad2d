/** Veyon's frame, bare while authenticating and behind the byte 41 afterwards: `u32 length of the body, variants`. */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { Cursor } from "../bytes/cursor.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import { decodeVariant, encodeVariant, type Variant } from "../qt/variant.ts";

/** The largest that a server ever sends is a clipboard image; Veyon itself stops at 32 MiB. */
export const messageBytesMax = 32 * 1024 * 1024;

/** Variants in one message; the longest known list is that of authentication types. */
const variantsPerMessageMax = 64;

export function encodeMessage(variants: readonly Variant[]): Uint8Array {
  const body = new ByteWriter();
  for (const variant of variants) encodeVariant(body, variant);
  const bytes = body.finish();
  return new ByteWriter(4 + bytes.length).u32(bytes.length).bytes(bytes).finish();
}

/** The variants of one message, read off the stream. `bytesMax`: the longest body that this place allows. */
export async function readMessage(
  stream: ByteStream,
  bytesMax: number = messageBytesMax,
): Promise<Variant[]> {
  const header = stream.take(4) ?? (await stream.read(4));
  const length = new Cursor(header, "message length").u32();
  if (length > bytesMax) {
    throw new ProtocolError(`Cannot read message: ${length} bytes, at most ${bytesMax} allowed`);
  }
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
  while (cursor.remaining > 0) {
    if (variants.length === variantsPerMessageMax) {
      throw new ProtocolError(
        `Cannot decode message: more than ${variantsPerMessageMax} variants in it`,
      );
    }
    variants.push(decodeVariant(cursor));
  }
  return variants;
}
