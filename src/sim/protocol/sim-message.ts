import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { decodeVariant, type Variant } from "../../qt/variant.ts";
import { encodeFeatureMessage, type FeatureMessage } from "../../veyon/feature-message.ts";
import { messageBytesMax } from "../../veyon/message.ts";
import type { SimConnection } from "./sim-connection.ts";
import type { SimTraits } from "../sim-traits.ts";

/**
 * One message as Veyon Server reads it: a variant that it does not take ends the message there, and
 * what is missing reads as nothing. A length above the limit closes the connection of 4.11.1;
 * others wait for ever.
 */
export async function readSimMessage(
  connection: SimConnection,
  traits: SimTraits,
): Promise<Variant[]> {
  const length = new Cursor(await connection.stream.read(4), "message length").u32();
  if (length > messageBytesMax) {
    if (!traits.hardened) await connection.hang();
    throw new ProtocolError(
      `Cannot read message: ${length} bytes, at most ${messageBytesMax} allowed`,
    );
  }
  const cursor = new Cursor(await connection.stream.read(length), "message");
  const variants: Variant[] = [];
  try {
    while (cursor.remaining > 0) variants.push(decodeVariant(cursor));
  } catch {
    return variants;
  }
  return variants;
}

/** A feature message with its map keys in the order that the host's Qt writes. */
export function encodeSimFeatureMessage(
  message: FeatureMessage,
  traits: SimTraits,
  mapKeys: "ascending" | "descending",
): Uint8Array {
  const keys = traits.veyon5 ? "names" : "numbers";
  const sign = mapKeys === "ascending" ? 1 : -1;
  const spelled = (entry: FeatureMessage["arguments"][number]) =>
    keys === "names" ? entry[0].name : String(entry[0].number);
  const ordered = message.arguments.toSorted((a, b) => (spelled(a) < spelled(b) ? -sign : sign));
  return encodeFeatureMessage({ ...message, arguments: ordered }, keys);
}
