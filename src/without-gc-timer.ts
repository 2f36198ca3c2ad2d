/**
 * Bun collects garbage every second, whether there is any or not: 8 to 20 ms of CPU a second for this program, more
 * than serving a classroom. Without that timer JavaScriptCore still collects, by what has been allocated. Bun reads the
 * variable only when it starts, so the process replaces itself once, before anything else is loaded.
 */
const variable = "BUN_GC_TIMER_DISABLE";

const canReplaceItself = process.platform !== "win32" && process.execve !== undefined;

if (process.env[variable] === undefined && canReplaceItself) {
  // In a compiled binary the program's own name is a path inside of it.
  const isCompiled = import.meta.url.includes("$bunfs");
  const parameters = process.argv.slice(isCompiled ? 2 : 1);
  try {
    process.execve!(process.execPath, [process.execPath, ...parameters], {
      ...process.env,
      [variable]: "1",
    });
  } catch {
    // It works with the timer as well.
  }
}

export {};
