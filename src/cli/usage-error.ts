/** The command line is wrong; the message says in what. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
