import { type HostList, HostListError, parseHostList } from "../access/host-list.ts";
import { isKeyName, keyNameWanted } from "../access/key-name.ts";
import { type Scope, scopes } from "../access/scopes.ts";
import { isTokenName, tokenNameWanted } from "../access/token-file.ts";
import { suggestion } from "../config/suggestion.ts";
import { UsageError } from "./usage-error.ts";

export type TokenAction =
  | { readonly kind: "create"; readonly token: NewToken }
  | { readonly kind: "list" }
  | { readonly kind: "revoke"; readonly tokenName: string };

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: all that the server may call. */
  readonly hosts: HostList | null;
  /** Null: none of the server's keys. */
  readonly keyName: string | null;
}

/** What stands behind each of the options; undefined without it. */
export interface TokenOptions {
  readonly name?: string | undefined;
  readonly scopes?: string | undefined;
  readonly hosts?: string | undefined;
  readonly key?: string | undefined;
}

const kinds = ["create", "list", "revoke"] as const;

/** Options that each of them takes. */
const taken: Record<(typeof kinds)[number], readonly (keyof TokenOptions)[]> = {
  create: ["name", "scopes", "hosts", "key"],
  list: [],
  revoke: ["name"],
};

/** Throws UsageError. */
export function tokenAction(text: string, options: TokenOptions): TokenAction {
  const kind = kinds.find((each) => each === text);
  if (kind === undefined) throw new UsageError(`token: found ${text}: ${suggestion(text, kinds)}`);
  for (const name of ["name", "scopes", "hosts", "key"] as const) {
    if (options[name] !== undefined && !taken[kind].includes(name)) {
      throw new UsageError(`token ${kind}: wanted no --${name}`);
    }
  }
  switch (kind) {
    case "create":
      return { kind, token: newToken(options) };
    case "list":
      return { kind };
    case "revoke":
      return { kind, tokenName: readName(kind, options.name) };
  }
}

function newToken({ name, scopes, hosts, key }: TokenOptions): NewToken {
  if (key !== undefined && !isKeyName(key)) {
    throw new UsageError(`token create: found --key ${key}, wanted ${keyNameWanted}`);
  }
  return {
    name: readName("create", name),
    scopes: readScopes(scopes),
    hosts: hosts === undefined ? null : readHosts(hosts),
    keyName: key ?? null,
  };
}

function readName(kind: string, name: string | undefined): string {
  if (name !== undefined && isTokenName(name)) return name;
  const found = name === undefined ? "no --name" : `--name ${name}`;
  throw new UsageError(`token ${kind}: found ${found}, wanted ${tokenNameWanted}`);
}

function readScopes(text: string | undefined): Scope[] {
  const names = text?.split(/[\s,]+/).filter((name) => name !== "") ?? [];
  if (names.length === 0) {
    throw new UsageError(`token create: found no --scopes, wanted some of ${scopes.join(", ")}`);
  }
  return names.map((name) => {
    const scope = scopes.find((each) => each === name);
    if (scope !== undefined) return scope;
    throw new UsageError(`token create: found the scope ${name}: ${suggestion(name, scopes)}`);
  });
}

function readHosts(text: string): HostList {
  try {
    return parseHostList(text);
  } catch (error) {
    if (!(error instanceof HostListError)) throw error;
    throw new UsageError(`token create: --hosts: ${error.message}`, { cause: error });
  }
}
