import { decodeIni, decodeIniValue } from "./ini.ts";
import { decodeText } from "./text-encoding.ts";

export interface FileValue {
  readonly text: string;
  /** As it is written, for messages. */
  readonly written: string;
  /** What is wrong with the way it is written, if anything; the text is then a guess. */
  readonly fault: string | null;
}

/** The file is of another kind than a configuration. The message says what was found and wanted. */
export class NoConfigurationError extends Error {
  override readonly name = "NoConfigurationError";
}

/**
 * The settings in a file by `Group/Name`: Veyon's INI or the JSON that `veyon-cli config export`
 * writes. Our own files are read by the same rules, so lines can be copied from one to the other; a
 * file that starts with a brace is JSON. Only keys that are `wanted` are decoded. An empty file has
 * no settings.
 *
 * Throws NoConfigurationError, since what is taken for an empty configuration turns HTTPS off, and
 * Error where JSON is broken.
 */
export function decodeSettingsFile(
  bytes: Uint8Array,
  wanted: (key: string) => boolean,
): Map<string, FileValue> {
  const text = decodeConfigurationText(bytes).trim();
  const values = new Map<string, FileValue>();
  if (text.startsWith("{")) {
    const root = JSON.parse(text) as object;
    refuseWithoutGroups(root);
    collectJson(root, "", wanted, values);
  } else {
    collectIni(text, wanted, values);
  }
  return values;
}

const wantedForm = "settings under a [Group], or JSON as veyon-cli config export writes it";

function decodeConfigurationText(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new NoConfigurationError((error as Error).message, { cause: error });
  }
}

/**
 * A setting outside of a group is none of Veyon's, and an object without groups no configuration.
 */
function refuseWithoutGroups(root: object): void {
  const members = Object.values(root);
  if (members.length === 0 || members.some(isJsonGroup)) return;
  throw new NoConfigurationError(`found a JSON object without groups, wanted ${wantedForm}`);
}

/** Groups are named by plain words: brackets around anything else are part of another format. */
const groupName = /^\w+$/;

function collectIni(
  text: string,
  wanted: (key: string) => boolean,
  values: Map<string, FileValue>,
): void {
  const { groups, entries } = decodeIni(text);
  const isEmpty = groups.length === 0 && entries.length === 0;
  if (!isEmpty && (isJson(text) || !groups.some((group) => groupName.test(group)))) {
    throw new NoConfigurationError(`found ${describeOther(text)}, wanted ${wantedForm}`);
  }
  for (const { key, written } of entries) {
    if (!wanted(key)) continue;
    const { text: value, fault } = decodeIniValue(written);
    if (value === null) values.delete(key);
    else values.set(key, { text: value, written: written.trim(), fault });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a file is that is no configuration. None of its content is shown: it may be a key. */
function describeOther(text: string): string {
  if (text.startsWith("-----BEGIN ")) return "a PEM file";
  if (text.startsWith("[") && isJson(text)) return "a JSON list";
  return "text without groups";
}

/**
 * Veyon exports numbers and booleans as texts, or as they are; a null is a value that is not set.
 */
function collectJson(
  group: object,
  prefix: string,
  wanted: (key: string) => boolean,
  values: Map<string, FileValue>,
): void {
  for (const [name, value] of Object.entries(group)) {
    const key = prefix + name;
    if (isJsonGroup(value)) {
      collectJson(value, `${key}/`, wanted, values);
    } else if (value !== null && wanted(key)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      values.set(key, { text, written: text, fault: null });
    }
  }
}

function isJsonGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
