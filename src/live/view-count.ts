import { LimitError } from "../watch/limit-error.ts";
import { liveLimits } from "./live-limits.ts";

/** Counts the views of all live sockets. */
export class ViewCount {
  #views = 0;

  /** For one more; gives what ends it. Throws LimitError. */
  take(): () => void {
    if (this.#views >= liveLimits.viewsMax) {
      throw new LimitError(`${liveLimits.viewsMax} views are open, the limit of this server`);
    }
    this.#views++;
    let isOpen = true;
    return () => {
      if (isOpen) this.#views--;
      isOpen = false;
    };
  }
}
