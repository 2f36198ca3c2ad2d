import { userInfo } from "node:os";

/** Of the user that the server runs as; its number where it has no name, as in a container. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
