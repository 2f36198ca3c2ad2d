/** There is no place for another one. The message says which limit is reached. */
export class LimitError extends Error {
  override readonly name = "LimitError";
}
