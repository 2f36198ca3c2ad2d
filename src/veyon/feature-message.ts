/**
 * Feature messages: RFB message type 41, then a message of QUuid feature, Int command, QVariantMap
 * arguments. The same form in both directions; an answer looks like a push.
 *
 * The keys of the map are decimal numbers as text in all of Veyon 4 and names in Veyon 5, so an
 * argument is known here by both.
 */
import { ProtocolError } from "../bytes/errors.ts";
import type { Uuid } from "../qt/uuid.ts";
import { int, map, uuid, type Variant } from "../qt/variant.ts";
import { encodeMessage } from "./message.ts";

/** The RFB message type of a feature message, both ways. */
export const featureMessageType = 41;

/** How the keys of arguments are spelled: by number (Veyon 4) or by name (Veyon 5). */
export type ArgumentKeys = "numbers" | "names";

/** An argument's two spellings. `alias`: another name that a Veyon 5 server may use. */
export interface ArgumentKey {
  readonly number: number;
  readonly name: string;
  readonly alias?: string;
}

export interface FeatureMessage {
  readonly feature: Uuid;
  readonly command: number;
  readonly arguments: ReadonlyArray<readonly [ArgumentKey, Variant]>;
}

export interface ReceivedFeatureMessage {
  readonly feature: Uuid;
  readonly command: number;
  readonly arguments: ReadonlyMap<string, Variant>;
}

/** The whole RFB message, type byte included. */
export function encodeFeatureMessage(message: FeatureMessage, keys: ArgumentKeys): Uint8Array {
  const entries = message.arguments.map(
    ([key, value]) => [keys === "numbers" ? String(key.number) : key.name, value] as const,
  );
  const frame = encodeMessage([uuid(message.feature), int(message.command), map(entries)]);
  const bytes = new Uint8Array(1 + frame.length);
  bytes[0] = featureMessageType;
  bytes.set(frame, 1);
  return bytes;
}

/** Like Veyon, takes a missing command as 0 and missing arguments as none. */
export function decodeFeatureMessage(variants: readonly Variant[]): ReceivedFeatureMessage {
  const [feature, command, args] = variants;
  if (feature?.type !== "QUuid") {
    throw new ProtocolError(
      `Cannot decode feature message: it starts with ${feature?.type ?? "nothing"}, wanted QUuid`,
    );
  }
  return {
    feature: feature.value,
    command: command?.type === "Int" ? command.value : 0,
    arguments: args?.type === "QVariantMap" ? args.value : new Map(),
  };
}

/** The argument under either of its spellings. */
export function argument(message: ReceivedFeatureMessage, key: ArgumentKey): Variant | undefined {
  return (
    message.arguments.get(String(key.number)) ??
    message.arguments.get(key.name) ??
    (key.alias === undefined ? undefined : message.arguments.get(key.alias))
  );
}
