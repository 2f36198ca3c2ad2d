/** Names of keys as Veyon has them: they are names of directories. */
const keyName = /^[A-Za-z0-9_-]{1,64}$/;

export const keyNameWanted = "1 to 64 letters, digits, _ or -";

export function isKeyName(text: string): boolean {
  return keyName.test(text);
}
