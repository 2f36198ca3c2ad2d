import { createMiddleware } from "hono/factory";
import type { Access } from "../access/access.ts";
import type { AccessTokens } from "../access/access-tokens.ts";
import type { Scope } from "../access/scopes.ts";
import type { AppEnvironment, Variables } from "./environment.ts";
import { ApiError } from "./errors.ts";
import { hasTicket } from "./ticket-paths.ts";

/** What load balancers and orchestrators ask, which have no tokens. It tells of no host. */
const openPaths: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** RFC 6750, 2.1. Two headers arrive as one, with a comma, which no token has. */
const bearer = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Finds out what a request may do: everything as long as there are no access tokens (null), else
 * what its token says. Without one it may ask for nothing.
 */
export function accessControl(tokens: AccessTokens | null) {
  return createMiddleware<AppEnvironment>(function accessControl(c, next) {
    if (tokens === null) c.set("access", null);
    else if (!openPaths.has(c.req.path)) {
      const header = c.req.header("Authorization");
      if (header !== undefined || !hasTicket(c)) {
        const access = findAccess(tokens, header);
        c.set("access", access);
        c.set("token", access.name);
      }
    }
    return next();
  });
}

/** Throws ApiError unless the request may do what any of these scopes is good for. */
export function checkScope(
  { var: { access } }: { readonly var: Readonly<Variables> },
  ...scopes: readonly Scope[]
): void {
  if (access === null) return;
  if (access === undefined) throw new ApiError("TokenMissing");
  if (scopes.some((scope) => access.has(scope))) return;
  const wanted = scopes.join(" or ");
  throw new ApiError("ScopeMissing", `the access token ${access.name} lacks the scope ${wanted}`);
}

/** For routes that any of these scopes is good for. */
export function requireScope(...scopes: readonly Scope[]) {
  return createMiddleware<AppEnvironment>(function requireScope(c, next) {
    checkScope(c, ...scopes);
    return next();
  });
}

/** Throws ApiError. */
function findAccess(tokens: AccessTokens, header: string | undefined): Access {
  if (header === undefined) {
    throw new ApiError("TokenMissing", "wanted an access token, as Authorization: Bearer TOKEN");
  }
  const secret = bearer.exec(header)?.[1];
  if (secret === undefined) {
    throw new ApiError(
      "TokenMissing",
      "the header Authorization is malformed, wanted one, with Bearer and an access token",
    );
  }
  const access = tokens.find(secret);
  if (access !== null) return access;
  throw new ApiError("TokenUnknown", "the access token is unknown or revoked");
}
