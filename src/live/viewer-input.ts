import { HostError } from "../connect/host-error.ts";
import { clipboardUnitsMax } from "../veyon/clipboard-message.ts";
import type { ViewerInput } from "../viewer/viewer.ts";
import type { HeldInput } from "./held-input.ts";

/**
 * What a viewer of RFB does, where it cannot be told that it is in vain: nothing happens while the
 * host is lost, and a text that is too long for a host is not copied there.
 */
export function viewerInput(held: HeldInput): ViewerInput {
  return {
    key: (keysym, isDown) => ifThere(() => held.key(keysym, isDown)),
    pointer: (x, y, buttonMask) => ifThere(() => held.pointer(x, y, buttonMask)),
    clipboard(text) {
      if (text.length <= clipboardUnitsMax) ifThere(() => held.clipboard(text));
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
