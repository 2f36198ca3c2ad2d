/**
 * The error that `run` throws or rejects with. Throws when it succeeds, so that a test cannot pass
 * by that.
 */
export async function failureOf(run: (() => unknown) | Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await (typeof run === "function" ? run() : run);
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`Thrown was ${String(error)}, wanted an Error`, { cause: error });
  }
  throw new Error(`Nothing was thrown; the value is ${Bun.inspect(value)}`);
}
