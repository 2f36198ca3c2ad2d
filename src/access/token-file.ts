/**
 * The file of access tokens, which `veyon-webapi token` writes and people may read:
 *
 *     {
 *       "tokens": [
 *         {
 *           "name": "portal",
 *           "sha256": "<64 hexadecimal digits>",
 *           "scopes": ["view", "features"],
 *           "hosts": "room1-*, 10.1.0.0/16",
 *           "key": "teacher",
 *           "created": "2026-11-27T21:00:00.000Z"
 *         }
 *       ]
 *     }
 *
 * `hosts` and `key` may be missing. Anything else is refused, since a token whose limits are
 * misspelt would have none.
 */
import { z } from "zod";
import type { AccessToken } from "./access-token.ts";
import { type HostList, HostListError, parseHostList } from "./host-list.ts";
import { isKeyName, keyNameWanted } from "./key-name.ts";
import { isWritableByOthers, readRegularFile } from "./read-file.ts";
import { scopes } from "./scopes.ts";

/** The file cannot be used. The message says why, without its content. */
export class TokenFileError extends Error {
  override readonly name = "TokenFileError";
}

const bytesMax = 1024 * 1024;

const tokensMax = 1000;

const tokenName = /^[A-Za-z0-9._-]{1,64}$/;

export const tokenNameWanted = "1 to 64 letters, digits, dots, _ or -";

export function isTokenName(text: string): boolean {
  return tokenName.test(text);
}

const hosts = z.string().transform((text, context): HostList => {
  try {
    return parseHostList(text);
  } catch (error) {
    if (!(error instanceof HostListError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

const tokenSchema = z
  .strictObject({
    name: z.string().regex(tokenName, { error: `wanted ${tokenNameWanted}` }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "wanted 64 hexadecimal digits" }),
    scopes: z.array(z.enum(scopes)).min(1),
    hosts: hosts.optional(),
    key: z
      .string()
      .refine(isKeyName, { error: `wanted ${keyNameWanted}` })
      .optional(),
    created: z.iso.datetime(),
  })
  .transform(({ hosts = null, key = null, ...rest }): AccessToken => {
    return { ...rest, hosts, keyName: key };
  });

const fileSchema = z.strictObject({
  tokens: z
    .array(tokenSchema)
    .max(tokensMax)
    .refine((tokens) => areDistinct(tokens.map(({ name }) => name)), {
      error: "two have one name",
    })
    .refine((tokens) => areDistinct(tokens.map(({ sha256 }) => sha256)), {
      error: "two have one hash",
    }),
});

/** Throws TokenFileError. */
export function decodeTokenFile(text: string): readonly AccessToken[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote it.
    throw new TokenFileError("it is no JSON");
  }
  const result = fileSchema.safeParse(value);
  if (result.success) return result.data.tokens;
  const [{ path, message }] = result.error.issues;
  throw new TokenFileError(path.length === 0 ? message : `${path.join(".")}: ${message}`);
}

export function encodeTokenFile(tokens: readonly AccessToken[]): string {
  const entries = tokens.map(({ hosts, keyName, name, sha256, scopes, created }) => ({
    name,
    sha256,
    scopes,
    ...(hosts !== null && { hosts: hosts.text }),
    ...(keyName !== null && { key: keyName }),
    created,
  }));
  return `${JSON.stringify({ tokens: entries }, null, 2)}\n`;
}

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

export interface TokenFile {
  readonly tokens: readonly AccessToken[];
  /** Who can write it can give himself any rights. */
  readonly isWritableByOthers: boolean;
}

/** Null when there is no such file. Throws TokenFileError. */
export async function readTokenFile(path: string): Promise<TokenFile | null> {
  try {
    const { text, mode } = await readRegularFile(path, bytesMax);
    return { tokens: decodeTokenFile(text), isWritableByOthers: isWritableByOthers(mode) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw new TokenFileError(`Cannot use ${path}: ${message}`, { cause: error });
  }
}
