/**
 * Runs a command to its end, and returns what it writes to standard output. Throws Error with what
 * it complains of.
 */
export async function run(
  command: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  const child = Bun.spawn([...command], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const [output, complaints] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) === 0) return output;
  throw new Error(`Cannot ${command.join(" ")}: exit code ${child.exitCode}, ${complaints.trim()}`);
}
