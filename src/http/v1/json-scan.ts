/**
 * What a JSON text would cost its parser, found before it is given to it: a parser recurses as deep
 * as the text wants, and makes an object of every two bytes.
 */

/**
 * Arguments of features are an object in an object with lists of texts in it, and a list has at
 * most 1024 of them (`variantLimits`).
 */
export const jsonLimits = { depthMax: 32, valuesMax: 8192 } as const;

export interface JsonScan {
  /** Of arrays and objects in each other. */
  readonly depth: number;
  /** At least as many as the text has. */
  readonly values: number;
  /** Whether strings hold what JSON does not allow: control characters, or unknown escapes. */
  readonly hasIllegalStrings: boolean;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const blank = 0x20;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const escapes = new Set(Buffer.from('"\\/bfnrtu'));

/** Any text. Looks at each character once. */
export function scanJson(text: string): JsonScan {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let hasIllegalStrings = false;
  let isInside = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === quote) isInside = !isInside;
    else if (isInside) {
      if (character === backslash) {
        i++;
        if (!escapes.has(text.charCodeAt(i))) hasIllegalStrings = true;
      } else if (character < blank) hasIllegalStrings = true;
    } else if (character === openBracket || character === openBrace) {
      depth++;
      values++;
      if (depth > deepest) deepest = depth;
    } else if (character === closeBracket || character === closeBrace) depth--;
    else if (character === comma) values++;
  }
  return { depth: deepest, values, hasIllegalStrings };
}
