import type { Credentials } from "../veyon/authentication.ts";

/** Under what name somebody logs in: a user's or a key's; neither with a password alone. */
export interface LoginName {
  readonly user?: string;
  readonly key?: string;
}

export function loginName(credentials: Credentials): LoginName {
  if ("username" in credentials) return { user: credentials.username };
  return "keyName" in credentials ? { key: credentials.keyName } : {};
}
