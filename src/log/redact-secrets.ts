const secretName = /password|keydata|token|credential|secret/i;

const privateKey =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;

/** The names that have occurred: they stand in our source, so there are few. */
const known = new Map<string, boolean>();

/** Whether a field of this name holds something that nobody but its owner may read. */
export function isSecretName(name: string): boolean {
  let isSecret = known.get(name);
  if (isSecret === undefined) known.set(name, (isSecret = secretName.test(name)));
  return isSecret;
}

/**
 * The text without PEM private keys, whole or cut off, as a last defence: callers do not hand us
 * any.
 */
export function redactSecrets(text: string): string {
  if (!text.includes("PRIVATE KEY-----")) return text;
  return text.replace(privateKey, "[private key]");
}
