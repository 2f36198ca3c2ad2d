import type { Login } from "./generated/types.gen.ts";

/** What a computer lets in: an account, a private key it knows by a name, or a password. */
export type Credentials =
  | { readonly username: string; readonly password: string; readonly isLdap?: boolean }
  /** `keydata`: PEM; left out where the server keeps the key of an access token. */
  | { readonly keyname: string; readonly keydata?: string }
  /** Of Veyon 5. */
  | { readonly password: string };

export function loginBody(credentials: Credentials): Login {
  if ("keyname" in credentials) {
    const { keyname, keydata } = credentials;
    const key = { keyname, ...(keydata !== undefined && { keydata }) };
    return { method: "0c69b301-81b4-42d6-8fae-128cdd113314", credentials: key };
  }
  const { password } = credentials;
  if (!("username" in credentials)) {
    return { method: "73430b14-ef69-4c75-a145-ba635d1cc676", credentials: { password } };
  }
  const account = { username: credentials.username, password };
  return credentials.isLdap === true
    ? { method: "6f0a491e-c1c6-4338-8244-f823b0bf8670", credentials: account }
    : { method: "63611f7c-b457-42c7-832e-67d0f9281085", credentials: account };
}
