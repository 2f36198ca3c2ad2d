/** ClipboardExchange (4.7.1): a text that was copied, in either direction. */
import { string } from "../qt/variant.ts";
import { featureIds } from "./feature-ids.ts";
import {
  argument,
  type ArgumentKey,
  type FeatureMessage,
  type ReceivedFeatureMessage,
} from "./feature-message.ts";

/** UTF-16 code units of a text that is sent: 64 KiB, the longest string that Veyon takes. */
export const clipboardUnitsMax = 32 * 1024;

const textKey: ArgumentKey = { number: 1, name: "ClipboardText" };

export function clipboardMessage(text: string): FeatureMessage {
  return {
    feature: featureIds.clipboardExchange,
    command: 0,
    arguments: [[textKey, string(text)]],
  };
}

/** Null for a message about something else, and when it is no text that was copied. */
export function decodeClipboardText(message: ReceivedFeatureMessage): string | null {
  if (message.feature !== featureIds.clipboardExchange) return null;
  const value = argument(message, textKey);
  return value?.type === "QString" ? value.value : null;
}
