import { z } from "zod";
import type { Credentials } from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { parsePrivateKey, passwordBytesMax } from "../veyon/crypto.ts";
import { ApiError } from "./errors.ts";
import { describeIssues } from "./validate.ts";

/** A number counts as its digits, as with the reference: some schools number their accounts. */
const filledText = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z.string().min(1),
);

const password = filledText.refine((text) => Buffer.byteLength(text) <= passwordBytesMax, {
  message: `wanted at most ${passwordBytesMax} bytes`,
});

const keySchema = z
  .object({ keyname: filledText, keydata: filledText })
  .transform(({ keyname, keydata }, context): Credentials => {
    try {
      return { method: "AuthKeys", keyName: keyname, privateKey: parsePrivateKey(keydata) };
    } catch {
      // The reason could quote the key.
      const message = "wanted an unencrypted RSA private key in PEM, with its line breaks";
      context.addIssue({ code: "custom", path: ["keydata"], message });
      return z.NEVER;
    }
  });

const accountSchema = z.object({ username: filledText, password });

const schemas: Record<AuthenticationMethod, z.ZodType<Credentials>> = {
  AuthKeys: keySchema,
  AuthLogon: accountSchema.transform((account) => ({ method: "AuthLogon", ...account })),
  AuthLDAP: accountSchema.transform((account) => ({ method: "AuthLDAP", ...account })),
  AuthSimple: z
    .object({ password })
    .transform(({ password }) => ({ method: "AuthSimple", password })),
};

/** The request's `credentials` for the method that the host has offered. */
export function readCredentials(method: AuthenticationMethod, value: unknown): Credentials {
  const result = schemas[method].safeParse(value);
  if (result.success) return result.data;
  throw new ApiError("InvalidCredentials", describeIssues(result.error.issues));
}
