import { keysymOfCharacter } from "./keysym.ts";

/**
 * The keys that type a text, one for each character; null when there is a character that no key
 * makes. What is written with combining accents becomes the characters that dead keys would make.
 */
export function keysymsOfText(text: string): number[] | null {
  const keysyms: number[] = [];
  for (const character of text.normalize("NFC").replaceAll("\r\n", "\n")) {
    const keysym = keysymOfCharacter(character.codePointAt(0)!);
    if (keysym === null) return null;
    keysyms.push(keysym);
  }
  return keysyms;
}
