import { decodeIni, decodeIniValue } from "./ini.ts";

/**
 * The settings in a file, `Group/Name` to text: Veyon's INI or the JSON that `veyon-cli config export` writes. Our
 * own files are read by the same rules, so lines can be copied from one to the other; a file that starts with a
 * brace is JSON. Only keys that are `wanted` are decoded. Throws Error, with the key, where the form is broken.
 */
export function decodeSettingsFile(
  text: string,
  wanted: (key: string) => boolean,
): Map<string, string> {
  const content = text.replace(/^\uFEFF/, "");
  const values = new Map<string, string>();
  if (content.trimStart().startsWith("{")) {
    collectJson(JSON.parse(content), "", wanted, values);
  } else {
    collectIni(content, wanted, values);
  }
  return values;
}

function collectIni(
  text: string,
  wanted: (key: string) => boolean,
  values: Map<string, string>,
): void {
  for (const { key, written } of decodeIni(text)) {
    if (!wanted(key)) continue;
    try {
      const value = decodeIniValue(written);
      if (value !== null) values.set(key, value);
    } catch (error) {
      throw new Error(`${key}=${written.trim()}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Veyon exports numbers and booleans as texts, or as they are; a null is a value that is not set. */
function collectJson(
  value: unknown,
  key: string,
  wanted: (key: string) => boolean,
  values: Map<string, string>,
): void {
  if (value === null) return;
  if (typeof value === "object" && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) {
      collectJson(inner, key === "" ? name : `${key}/${name}`, wanted, values);
    }
  } else if (wanted(key)) {
    values.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
}
