/**
 * The text of a file, whoever wrote it: UTF-8, or what its byte-order mark says (PowerShell's `>`
 * writes UTF-16). Throws Error for what is not valid in its encoding, rather than read something
 * else than was meant.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncoding(bytes) ?? "utf-8";
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const found = `found bytes that are not ${encoding.toUpperCase()}`;
    throw new Error(`${found}, wanted ${wantedEncodings}`, { cause });
  }
  if (text.includes("\0")) throw new Error(`found NUL characters, wanted ${wantedEncodings}`);
  return text;
}

const wantedEncodings = "text in UTF-8, or in UTF-16 with a byte-order mark";

function markedEncoding([first, second]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return null;
}
