import { LRUCache } from "lru-cache";
import type { LoginName } from "../../watch/login-name.ts";

/** Enough for the teachers of a school and their keys. */
const namesMax = 1024;

/**
 * The names that hosts have let in. One that none has may be a password in the wrong field, and is
 * not to stand in a log.
 */
export class KnownNames {
  readonly #names = new LRUCache<string, true>({ max: namesMax });

  letIn(name: LoginName): void {
    const key = keyOf(name);
    if (key !== null) this.#names.set(key, true);
  }

  /** The name as it may be written. */
  shown(name: LoginName): LoginName {
    const key = keyOf(name);
    if (key === null || this.#names.has(key)) return name;
    return name.user === undefined ? { key: "[unknown]" } : { user: "[unknown]" };
  }
}

function keyOf({ user, key }: LoginName): string | null {
  if (user !== undefined) return `user ${user}`;
  return key === undefined ? null : `key ${key}`;
}
