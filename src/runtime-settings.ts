/**
 * What Bun reads from the environment and only when it starts, so that the process replaces itself
 * once, before anything else is loaded.
 */
const settings: Record<string, string> = {
  // Bun collects garbage every second, whether there is any or not: 8 to 20 ms of CPU a second for
  // this program, more than serving a classroom. Without that timer JavaScriptCore still collects,
  // by what has been allocated.
  BUN_GC_TIMER_DISABLE: "1",
  // After each turn of the event loop Bun's allocator looks for free parts of pages that are in
  // use, to give them back: half of what an idle server takes, and it finds next to nothing. Pages
  // that are free as a whole are still returned.
  MIMALLOC_PURGE_HOLES: "0",
};

const isSet = Object.keys(settings).every((name) => process.env[name] !== undefined);
const canReplaceItself = process.platform !== "win32" && process.execve !== undefined;

if (!isSet && canReplaceItself) {
  // In a compiled binary the program's own name is a path inside of it.
  const isCompiled = import.meta.url.includes("$bunfs");
  const parameters = process.argv.slice(isCompiled ? 2 : 1);
  try {
    process.execve!(process.execPath, [process.execPath, ...parameters], {
      ...settings,
      ...process.env,
    });
  } catch {
    // It works without them as well.
  }
}

export {};
