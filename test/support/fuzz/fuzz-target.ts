/** One of the parsers that strangers reach, and what it may do with whatever they send. */
export interface FuzzTarget {
  readonly name: string;
  /** Good inputs, from which bad ones are made. */
  readonly seeds: readonly Uint8Array[];
  /** Throws what the parser throws, and where it has broken a promise. */
  readonly run: (input: Uint8Array) => Promise<void> | void;
  /** What it says to a bad input; any other error is found. */
  readonly refusals: readonly (new (...parameters: never[]) => Error)[];
}

/** Whether the target has taken or refused the input. Throws what it must not throw. */
export async function tryInput(
  target: FuzzTarget,
  input: Uint8Array,
): Promise<"taken" | "refused"> {
  try {
    // A copy: parsers may keep and change what they are given.
    await target.run(Uint8Array.from(input));
    return "taken";
  } catch (error) {
    if (target.refusals.some((refusal) => error instanceof refusal)) return "refused";
    throw error;
  }
}
