import { HostError } from "../connect/host-error.ts";
import { clipboardUnitsMax } from "../veyon/clipboard-message.ts";
import type { ViewerInput } from "../viewer/viewer.ts";
import type { HeldInput } from "./held-input.ts";
import { InputRate } from "./input-rate.ts";

/**
 * What a viewer of RFB does, where it cannot be told that it is in vain: nothing happens while the
 * host is lost, and a text is not copied there that is too long for a host, or comes too soon after
 * others. Keys and the pointer have their pace from the reader of messages.
 */
export function viewerInput(held: HeldInput): ViewerInput {
  const rate = new InputRate();
  return {
    key: (keysym, isDown) => ifThere(() => held.key(keysym, isDown)),
    pointer: (x, y, buttonMask) => ifThere(() => held.pointer(x, y, buttonMask)),
    clipboard(text) {
      const isTaken = text.length <= clipboardUnitsMax && rate.take({ kind: "clipboard", text });
      if (isTaken) ifThere(() => held.clipboard(text));
    },
  };
}

function ifThere(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}
