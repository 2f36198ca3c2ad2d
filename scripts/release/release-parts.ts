/** What a release for one platform is put together from. */
export interface ReleaseParts {
  /** As in CHANGELOG.md; a snapshot's has "-snapshot" at its end. */
  readonly version: string;
  /** The path of the program. */
  readonly program: string;
  /** All files are as old as the commit. */
  readonly date: Date;
  /** Markdown */
  readonly thirdParty: string;
  readonly changelog: string;
  /** roff */
  readonly manPage: string;
}
