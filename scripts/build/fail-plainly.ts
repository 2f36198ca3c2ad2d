/**
 * Runs a script to its end. What goes wrong is said in a line, without a stack, and ends with exit
 * code 1.
 */
export async function failPlainly(script: () => Promise<void>): Promise<void> {
  try {
    await script();
  } catch (error) {
    // One of the compiler's has all of its messages in it.
    const isPlain = error instanceof Error && !(error instanceof AggregateError);
    console.error(isPlain ? error.message : error);
    process.exitCode = 1;
  }
}
