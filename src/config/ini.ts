/**
 * The INI form that Qt 5 and 6 write for QSettings, as far as Veyon's configuration needs it:
 *
 *     [Group]
 *     Name=plain text ; the rest is a comment
 *     Name="quoted, with \"escapes\" and \xf6"
 *
 * Qt 5 writes characters beyond ASCII as \x and hexadecimal digits, Qt 6 as UTF-8. A value that is no text starts
 * with an @, a text that starts with one has it doubled. Lists and values over several lines are not understood.
 */

export interface IniEntry {
  /** `Group/Name`; only the name in front of the first group. */
  readonly key: string;
  /** The value as it is written; see `decodeIniValue`. */
  readonly written: string;
}

/** A line that is neither group, comment nor assignment counts as a name without a value, as in Qt. */
export function decodeIni(text: string): IniEntry[] {
  const entries: IniEntry[] = [];
  let prefix = "";
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    const group = /^\[(.*)\]$/.exec(line)?.[1];
    if (group !== undefined) {
      prefix = `${group.trim()}/`;
      continue;
    }
    const [name, ...rest] = line.split("=");
    entries.push({ key: prefix + name.trim(), written: rest.join("=") });
  }
  return entries;
}

const quotedOrPlain = /^\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^"\\;]|\\.)*))\s*(?:;.*)?$/;

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  '"': '"',
  ";": ";",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** The text of a written value, or null if it says that it has none. Throws Error on a wrong quote or escape. */
export function decodeIniValue(written: string): string | null {
  const match = quotedOrPlain.exec(written);
  if (match === null) throw new Error("wanted text without quotes, or all of it in one pair");
  const text = (match[1] ?? match[2].trim()).replace(/\\(x[0-9a-fA-F]{1,4}|.)/g, unescape);
  if (text === "@Invalid()") return null;
  return text.startsWith("@@") ? text.slice(1) : text;
}

function unescape(escape: string, code: string): string {
  if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  const character = escapes[code];
  if (character !== undefined) return character;
  throw new Error(`unknown escape ${escape}, wanted \\\\ for a backslash`);
}
