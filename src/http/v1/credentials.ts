import { z } from "zod";
import { filledText, utf8 } from "../../hosts/features/argument-schemas.ts";
import { describeIssues, mismatch } from "../../hosts/features/mismatch.ts";
import type { Credentials } from "../../veyon/authentication.ts";
import { type AuthenticationMethod, methodUuid } from "../../veyon/authentication-methods.ts";
import { KeySizeError, parsePrivateKey, passwordBytesMax } from "../../veyon/crypto.ts";
import { ApiError } from "../errors.ts";
import type { Body } from "../openapi/operation.ts";

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

/** The body of a login, as it is published: of the credentials only those of its method. */
export const publishedLogin: Body = {
  schema: z
    .union([
      loginWith("AuthKeys", { keyname: z.string().min(1), keydata: pemText().optional() }),
      loginWith("AuthLogon", publishedAccount()),
      loginWith("AuthLDAP", publishedAccount()),
      loginWith("AuthSimple", { password: publishedPassword() }),
    ])
    .meta({ id: "Login" }),
  examples: {
    AuthLogon: {
      summary: "An account of the computer",
      value: {
        method: methodUuid("AuthLogon"),
        credentials: { username: "teacher", password: "veyon" },
      },
    },
    AuthKeys: {
      summary: "A private key, which the computer knows by a name",
      value: {
        method: methodUuid("AuthKeys"),
        credentials: {
          keyname: "teacher",
          keydata: "-----BEGIN PRIVATE KEY-----\nMIIEvw...\n-----END PRIVATE KEY-----\n",
        },
      },
    },
    AuthSimple: {
      summary: "The password of a computer with Veyon 5",
      value: { method: methodUuid("AuthSimple"), credentials: { password: "veyon" } },
    },
  },
};

function loginWith(method: AuthenticationMethod, shape: z.ZodRawShape) {
  return z
    .strictObject({ method: z.literal(methodUuid(method)), credentials: z.strictObject(shape) })
    .meta({ title: method });
}

function publishedAccount() {
  return { username: z.string().min(1), password: publishedPassword() };
}

function publishedPassword() {
  return z.string().min(1).max(passwordBytesMax);
}

function pemText() {
  return z
    .string()
    .describe("An RSA private key in PEM, not encrypted; left out where the server keeps it.");
}
