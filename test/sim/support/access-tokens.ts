/** A file of access tokens, made and changed as its administrator does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHostList } from "../../../src/access/host-list.ts";
import { type Scope, scopes } from "../../../src/access/scopes.ts";
import { runToken } from "../../../src/cli/token.ts";
import { onceOver } from "./fixture-host.ts";

export interface TokenRights {
  readonly scopes?: readonly Scope[];
  readonly hosts?: string;
  readonly key?: string;
}

export class TokenFile {
  readonly folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tokens-"));
  readonly path = join(this.folder, "tokens.json");

  constructor() {
    onceOver(() => rmSync(this.folder, { recursive: true }));
  }

  /** What its holder gets. */
  async create(name: string, rights: TokenRights = {}): Promise<string> {
    const { scopes: wanted = scopes, hosts, key = null } = rights;
    const list = hosts === undefined ? null : parseHostList(hosts);
    const token = { name, scopes: wanted, hosts: list, keyName: key };
    const [secret] = await this.#run({ kind: "create", token });
    return secret;
  }

  async revoke(tokenName: string): Promise<void> {
    await this.#run({ kind: "revoke", tokenName });
  }

  async #run(action: Parameters<typeof runToken>[0]["action"]): Promise<string[]> {
    const results: string[] = [];
    const remarks: string[] = [];
    const isDone = await runToken(
      { action },
      { accessTokensFile: this.path },
      { result: (text) => results.push(text), remark: (text) => remarks.push(text) },
    );
    if (!isDone) throw new Error(remarks.join("\n"));
    return results;
  }
}

export const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
