/** A UUID in its textual form: lower case, with dashes, without braces. */
export type Uuid = string;

export const nilUuid: Uuid = "00000000-0000-0000-0000-000000000000";

const textualForm = /^(\{)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(\})?$/i;

/**
 * Reads what QUuid reads: any letter case, with or without braces. Null if it is something else.
 */
export function parseUuid(text: string): Uuid | null {
  const match = textualForm.exec(text);
  if (match === null || (match[1] === undefined) !== (match[3] === undefined)) return null;
  return match[2].toLowerCase();
}

/** From the 16 bytes of the wire, which are in the order of the textual form. */
export function uuidFromBytes(bytes: Uint8Array): Uuid {
  const hex = bytes.toHex();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

export function uuidToBytes(uuid: Uuid): Uint8Array {
  return Uint8Array.fromHex(uuid.replaceAll("-", ""));
}
