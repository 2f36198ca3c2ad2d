import type { HostNames } from "./host-names.ts";
import type { OriginList } from "./origin-list.ts";

/** Which pages in browsers may use the API, and under which names of this server. */
export class BrowserRules {
  /** `hostNames`: null where every name is fine. Both count from then on when they are replaced. */
  constructor(
    public origins: OriginList,
    public hostNames: HostNames | null,
  ) {}
}
