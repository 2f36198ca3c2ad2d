/** The manual page, made from what `veyon-webapi help` prints. */

/** Terms start here in the help, what they mean starts at `meaningColumn` or on the lines below. */
const termColumn = 2;
const meaningColumn = 31;

export interface ManPageOptions {
  readonly version: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

/**
 * In roff, with the man macros, section 1. `help` has a first line, then parts with a heading each.
 */
export function manPage(help: string, { version, date }: ManPageOptions): string {
  const [title, ...lines] = help.trimEnd().split("\n");
  const summary = title.slice(title.indexOf(" - ") + 3);
  return [
    `.TH VEYON\\-WEBAPI 1 ${date} "veyon\\-webapi ${version}"`,
    ".SH NAME",
    `veyon\\-webapi \\- ${escape(summary)}`,
    ".SH SYNOPSIS",
    ".B veyon\\-webapi",
    ".I command",
    "[options]",
    ".SH COMMANDS",
    ...lines.flatMap((line, index) => formatLine(line, lines[index - 1], lines[index + 1])),
    ".SH FILES",
    ".TP",
    ".I /etc/veyon\\-webapi/veyon\\-webapi.conf",
    "Settings of the service that Debian's package installs.",
    ".SH SEE ALSO",
    ".BR systemctl (1)",
    "",
  ].join("\n");
}

function formatLine(line: string, before = "", after = ""): string[] {
  const indent = indentOf(line);
  const text = line.trim();
  if (text === "") return isTerm(after) || indentOf(after) === 0 ? [] : [".PP"];
  if (indent === 0 && before === "") return formatHeading(text);
  if (isTerm(line)) {
    const [, term, meaning] = /^(.*?)(?:\s{2,}(.*))?$/.exec(text)!;
    return [".TP", `.B ${escape(term)}`, ...(meaning === undefined ? [] : [escape(meaning)])];
  }
  // Deeper than the other meanings: an example, which keeps its lines.
  if (indent > meaningColumn) return [".br", escape(text)];
  return [escape(text)];
}

/** `Exit status: 0 when all went well`, or `veyon-webapi check HOST        HOST is a name`. */
function formatHeading(text: string): string[] {
  const [, heading, rest] = /^(.*?)(?::|\s{2,}|$)\s*(.*)$/.exec(text)!;
  const title = heading.replace(/^veyon-webapi (\w+).*$/, "options of $1").toUpperCase();
  return [`.SH ${escape(title)}`, ...(rest === "" ? [] : [escape(rest)])];
}

function isTerm(line: string): boolean {
  return indentOf(line) === termColumn && /^ *(-|veyon-webapi )/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** A dash is one, and no line is taken for a request of roff. */
function escape(text: string): string {
  const plain = text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
