const secretName = /password|keydata|token|credential|secret/i;

const privateKey =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;

/** Whether a field of this name holds something that nobody but its owner may read. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * The text without PEM private keys, whole or cut off, as a last defence: callers do not hand us
 * any.
 */
export function redactSecrets(text: string): string {
  if (!text.includes("PRIVATE KEY-----")) return text;
  return text.replace(privateKey, "[private key]");
}
