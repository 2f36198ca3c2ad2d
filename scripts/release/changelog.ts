/** What CHANGELOG.md says of one version. */
export interface ChangelogEntry {
  /** YYYY-MM-DD; null: not released yet. */
  readonly date: string | null;
  /** Markdown, without the heading. */
  readonly text: string;
}

/**
 * Headings are `## 1.2.3 - 2026-01-31` or `## 1.2.3 - unreleased`. Null: there is no such version.
 */
export function findChangelogEntry(changelog: string, version: string): ChangelogEntry | null {
  for (const part of changelog.split(/^## /m).slice(1)) {
    const [heading] = part.split("\n", 1);
    const [name, when] = heading.trim().split(/\s+-\s+/);
    if (name !== version) continue;
    const date = /^\d{4}-\d\d-\d\d$/.test(when ?? "") ? when : null;
    return { date, text: part.slice(heading.length).trim() };
  }
  return null;
}
