/** Everything about a login that can be had, and be wrong, without the host. */
import { readFileSync } from "node:fs";
import type { Credentials } from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { KeySizeError, parsePrivateKey } from "../veyon/crypto.ts";
import type { Login } from "./arguments.ts";
import { readSecret } from "./secret-input.ts";

/** The credentials for a host that offers these methods. */
export type LoginInput = (offered: readonly AuthenticationMethod[]) => Credentials;

/** Null: no login was asked for. */
export async function readLogin(login: Login): Promise<LoginInput | null> {
  switch (login.kind) {
    case "none":
      return null;
    case "key": {
      const { keyName, keyFile } = login;
      const privateKey = readKey(keyFile);
      return () => ({ method: "AuthKeys", keyName, privateKey });
    }
    case "user": {
      const { user } = login;
      const password = await readSecret(`Password of ${user}`);
      return (offered) => ({ method: userMethod(offered), username: user, password });
    }
    case "password": {
      const password = await readSecret("Password");
      return () => ({ method: "AuthSimple", password });
    }
  }
}

/** The method that takes a user name: the computer's own accounts before LDAP. */
function userMethod(offered: readonly AuthenticationMethod[]): "AuthLogon" | "AuthLDAP" {
  return !offered.includes("AuthLogon") && offered.includes("AuthLDAP") ? "AuthLDAP" : "AuthLogon";
}

function readKey(keyFile: string) {
  const wanted = "wanted an unencrypted RSA private key in PEM";
  let pem: string;
  try {
    pem = readFileSync(keyFile, "utf8");
  } catch (cause) {
    throw new Error(`Cannot read ${keyFile}: ${(cause as Error).message}; ${wanted}`, { cause });
  }
  try {
    return parsePrivateKey(pem);
  } catch (error) {
    if (error instanceof KeySizeError)
      throw new Error(`Cannot use ${keyFile}: it ${error.message}`);
    // What the parser says of it may quote it.
    throw new Error(`Cannot use ${keyFile}: ${describePem(pem)}, ${wanted}`);
  }
}

function describePem(pem: string): string {
  const [, kind] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(pem) ?? [];
  if (kind === undefined) return "found no PEM";
  const isEncrypted = kind === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(pem);
  return `found ${kind}${isEncrypted ? " with a passphrase" : ""}`;
}
