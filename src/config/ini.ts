/**
 * The INI form that Qt 5 and 6 write for QSettings, as far as Veyon's configuration needs it:
 *
 *     [Group]
 *     Name=plain text ; the rest is a comment
 *     Name="quoted, with \"escapes\" and \xf6"
 *
 * Qt 5 writes characters beyond ASCII as \x and hexadecimal digits, Qt 6 as UTF-8. A value that is
 * no text starts with an @, a text that starts with one has it doubled. Lists and values over
 * several lines are not understood.
 */

export interface Ini {
  /** In their order. */
  readonly groups: readonly string[];
  readonly entries: readonly IniEntry[];
}

export interface IniEntry {
  /** `Group/Name`; only the name in front of the first group. */
  readonly key: string;
  /** The value as it is written; see `decodeIniValue`. */
  readonly written: string;
}

export interface IniValue {
  /** Null: written as a value that is not set. */
  readonly text: string | null;
  /** What is wrong with the way it is written, if anything; the text is then a guess. */
  readonly fault: string | null;
}

/**
 * A line that is neither group, comment nor assignment counts as a name without a value, as in Qt.
 */
export function decodeIni(text: string): Ini {
  const groups: string[] = [];
  const entries: IniEntry[] = [];
  let prefix = "";
  for (const line of text.split(/\r\n?|\n/).map((each) => each.trim())) {
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    // What follows the bracket is ignored, and it may be missing.
    const group = /^\[([^\]]*)/.exec(line)?.[1].trim();
    if (group !== undefined) {
      groups.push(group);
      prefix = group === "General" ? "" : `${group}/`;
      continue;
    }
    const [name, ...rest] = line.split("=");
    const key = prefix + name.trim().replaceAll("\\", "/");
    entries.push({ key, written: rest.join("=") });
  }
  return { groups, entries };
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

/**
 * Never throws: a value that is written wrongly has its fault, and what is left of it without
 * quotes.
 */
export function decodeIniValue(written: string): IniValue {
  let fault: string | null = null;
  const match = quotedOrPlain.exec(written);
  if (match === null) fault = "wanted text without quotes, or all of it in one pair";
  const raw = match?.[1] ?? (match?.[2] ?? written.replaceAll('"', "")).trim();
  const text = raw.replace(/\\(x[0-9a-fA-F]{1,4}|.)/g, (escape: string, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const character = escapes[code];
    if (character !== undefined) return character;
    fault ??= `unknown escape ${escape}, wanted \\\\ for a backslash`;
    return escape;
  });
  if (text === "@Invalid()") return { text: null, fault };
  return { text: text.startsWith("@@") ? text.slice(1) : text, fault };
}
