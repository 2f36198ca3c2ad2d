const charactersMax = 100;

/** What a client has sent, where it has to read it again to understand us. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, charactersMax));
}
