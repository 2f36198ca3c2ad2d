import { HostError } from "../connect/host-error.ts";

/**
 * A host as people paste it: from a browser's address bar, with a scheme in front and a path
 * behind. Throws HostError.
 */
export function readHostArgument(text: string): string {
  const [authority] = text
    .trim()
    .replace(/^[a-z][a-z\d+.-]*:\/\//i, "")
    .split(/[/?#]/);
  const at = authority.lastIndexOf("@");
  if (at === -1) return authority;
  // What is in front of it may be a password.
  const host = JSON.stringify(authority.slice(at + 1));
  throw new HostError(
    "bad-address",
    `Cannot use a user name in front of ${host}: wanted the host alone, and the user by --user`,
  );
}
