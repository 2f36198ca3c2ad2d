/**
 * `parameters`: the picture asked for is not one we make. `engine`: what would make it does not
 * work here. `unwanted`: all who wanted it have gone before its turn came. `overloaded`: too many
 * others wait for theirs.
 */
export type PictureErrorReason = "parameters" | "engine" | "closed" | "unwanted" | "overloaded";

/** A picture could not be made. */
export class PictureError extends Error {
  override readonly name = "PictureError";

  constructor(
    readonly reason: PictureErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
