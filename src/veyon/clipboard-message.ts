/** ClipboardExchange (4.7.1): a text that was copied. */
import { string } from "../qt/variant.ts";
import { featureIds } from "./feature-ids.ts";
import type { ArgumentKey, FeatureMessage } from "./feature-message.ts";

const textKey: ArgumentKey = { number: 1, name: "ClipboardText" };

export function clipboardMessage(text: string): FeatureMessage {
  return {
    feature: featureIds.clipboardExchange,
    command: 0,
    arguments: [[textKey, string(text)]],
  };
}
