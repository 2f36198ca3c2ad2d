/** The names of computers as people type them, and in the address of the page for a bookmark. */
const addressKey = "computers";

/** Parted by white space, commas or semicolons, each once. */
export function splitNames(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ""))];
}

/** A name a line. Behind the `#`, which no server and no log ever sees. */
export function namedInAddress(): string {
  const names = new URLSearchParams(location.hash.slice(1)).get(addressKey) ?? "";
  return splitNames(names).join("\n");
}

export function rememberInAddress(names: readonly string[]): void {
  history.replaceState(null, "", `#${addressKey}=${names.map(encodeURIComponent).join(",")}`);
}
