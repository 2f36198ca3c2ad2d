/**
 * Keysyms of X11 (X Window System Protocol, appendix A): what RFB calls a key (RFC 6143, 7.5.4).
 */

/** X11 numbers the characters that it has no keysym of its own for by their code points. */
const unicodeBase = 0x0100_0000;

/** Outside of Latin-1; all others are known to hosts by their code points. */
const ownKeysyms: ReadonlyMap<number, number> = new Map([[0x20ac, 0x20ac]]);

/** What a keyboard has a key for, of the control characters of a text. */
const controlKeysyms: ReadonlyMap<number, number> = new Map([
  [0x08, 0xff08],
  [0x09, 0xff09],
  [0x0a, 0xff0d],
  [0x0d, 0xff0d],
  [0x1b, 0xff1b],
]);

/** The largest number that names a key. */
export const keysymMax = 0x1fff_ffff;

/** Null for what no key makes: other control characters, and halves of a surrogate pair. */
export function keysymOfCharacter(codePoint: number): number | null {
  const isControl = codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0);
  if (isControl) return controlKeysyms.get(codePoint) ?? null;
  if (codePoint >= 0xd800 && codePoint < 0xe000) return null;
  if (codePoint < 0x100) return codePoint;
  return ownKeysyms.get(codePoint) ?? unicodeBase + codePoint;
}
