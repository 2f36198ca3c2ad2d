/** `veyon-webapi token create`, `list` and `revoke`. */
import { type AccessToken, createSecret, sha256Of } from "../access/access-token.ts";
import { changeTokenFile } from "../access/change-token-file.ts";
import { readTokenFile, TokenFileError } from "../access/token-file.ts";
import { SettingsError } from "../config/settings-error.ts";
import { settingsSchema, type Settings } from "../config/settings-schema.ts";
import type { TokenCommand } from "./arguments.ts";
import type { NewToken } from "./token-arguments.ts";

/** Results are for programs too, remarks for people. */
export interface TokenOutput {
  readonly result: (text: string) => void;
  readonly remark: (text: string) => void;
}

/** Returns whether all went well. Throws SettingsError. */
export async function runToken(
  { action }: Pick<TokenCommand, "action">,
  { accessTokensFile: file }: Pick<Settings, "accessTokensFile">,
  output: TokenOutput,
): Promise<boolean> {
  if (file === "") {
    const { key } = settingsSchema.accessTokensFile;
    throw new SettingsError([`Cannot use ${key}: it is empty, wanted the path of a file`]);
  }
  try {
    switch (action.kind) {
      case "create":
        create(file, action.token, output);
        break;
      case "list":
        await list(file, output);
        break;
      case "revoke":
        revoke(file, action.tokenName, output);
    }
    return true;
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    output.remark(error.message);
    return false;
  }
}

function create(file: string, wanted: NewToken, { result, remark }: TokenOutput): void {
  const secret = createSecret();
  const sha256 = sha256Of(secret).toHex();
  const token: AccessToken = { ...wanted, sha256, created: new Date().toISOString() };
  changeTokenFile(file, (tokens) => {
    if (tokens.every(({ name }) => name !== token.name)) return [...tokens, token];
    throw new TokenFileError(`Cannot make the token ${token.name}: there is one of this name`);
  });
  remark(`Made the token ${describe(token)}. It is shown this once:`);
  result(secret);
}

function revoke(file: string, tokenName: string, { remark }: TokenOutput): void {
  changeTokenFile(file, (tokens) => {
    const others = tokens.filter(({ name }) => name !== tokenName);
    if (others.length < tokens.length) return others;
    const names = tokens.map(({ name }) => name).join(", ") || "none";
    throw new TokenFileError(`Cannot revoke ${tokenName}: found ${names}`);
  });
  remark(`Revoked the token ${tokenName}`);
}

async function list(file: string, { result, remark }: TokenOutput): Promise<void> {
  const found = await readTokenFile(file);
  if (found?.isWritableByOthers) remark(`Others may write ${file}, and so give rights to anybody`);
  for (const token of found?.tokens ?? []) result(`${token.created}  ${describe(token)}`);
}

function describe({ name, scopes, hosts, keyName }: AccessToken): string {
  const key = keyName === null ? "" : `, with the key ${keyName}`;
  return `${name}: ${scopes.join(", ")} for ${hosts?.text ?? "all hosts"}${key}`;
}
