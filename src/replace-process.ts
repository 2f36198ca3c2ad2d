/**
 * Has Bun start with our settings: the process replaces itself once, before anything else is
 * loaded.
 */
import { runtimeSettings } from "./runtime-settings.ts";

const isSet = Object.keys(runtimeSettings).every((name) => process.env[name] !== undefined);
const canReplaceItself = process.platform !== "win32" && process.execve !== undefined;

if (!isSet && canReplaceItself) {
  // In a compiled binary the program's own name is a path inside of it.
  const isCompiled = import.meta.url.includes("$bunfs");
  const parameters = process.argv.slice(isCompiled ? 2 : 1);
  try {
    process.execve!(process.execPath, [process.execPath, ...parameters], {
      ...runtimeSettings,
      ...process.env,
    });
  } catch {
    // It works without them as well.
  }
}
