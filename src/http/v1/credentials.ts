import { z } from "zod";
import { filledText, utf8 } from "../../hosts/features/argument-schemas.ts";
import { describeIssues, mismatch } from "../../hosts/features/mismatch.ts";
import type { Credentials } from "../../veyon/authentication.ts";
import type { AuthenticationMethod } from "../../veyon/authentication-methods.ts";
import { KeySizeError, parsePrivateKey, passwordBytesMax } from "../../veyon/crypto.ts";
import { ApiError } from "../errors.ts";

const password = utf8(filledText, passwordBytesMax);

/** The request's `credentials`. */
function credentials<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, {
    error: ({ input }) => `credentials ${mismatch(input, "an object")}`,
  });
}

const keySchema = credentials({ keyname: filledText, keydata: filledText }).transform(
  ({ keyname, keydata }, context): Credentials => {
    try {
      return { method: "AuthKeys", keyName: keyname, privateKey: parsePrivateKey(keydata) };
    } catch (error) {
      // Other reasons could quote the key.
      const message =
        error instanceof KeySizeError
          ? error.message
          : "is no unencrypted RSA private key in PEM, with its line breaks";
      context.addIssue({ code: "custom", path: ["keydata"], message });
      return z.NEVER;
    }
  },
);

const accountSchema = credentials({ username: filledText, password });

const schemas: Record<AuthenticationMethod, z.ZodType<Credentials>> = {
  AuthKeys: keySchema,
  AuthLogon: accountSchema.transform((account) => ({ method: "AuthLogon", ...account })),
  AuthLDAP: accountSchema.transform((account) => ({ method: "AuthLDAP", ...account })),
  AuthSimple: credentials({ password }).transform(({ password }) => ({
    method: "AuthSimple",
    password,
  })),
};

/** The request's `credentials` for the method that the host has offered. */
export function readCredentials(method: AuthenticationMethod, value: unknown): Credentials {
  const result = schemas[method].safeParse(value);
  if (result.success) return result.data;
  throw new ApiError("InvalidCredentials", describeIssues(result.error.issues));
}
