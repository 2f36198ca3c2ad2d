import { AccessTokens } from "../access/access-tokens.ts";
import { TokenFileError } from "../access/token-file.ts";
import { SettingsError } from "../config/settings-error.ts";
import { settingsSchema, type Settings } from "../config/settings-schema.ts";
import type { Logger } from "../log/logger.ts";

/** Null: without them everybody may do everything. Throws SettingsError. */
export async function openAccessTokens(
  { accessTokensFile: file, veyonServerPort: defaultPort }: Settings,
  log: Logger,
): Promise<AccessTokens | null> {
  if (file === "") return null;
  try {
    return await AccessTokens.open({ file, defaultPort, log });
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    throw new SettingsError([`${settingsSchema.accessTokensFile.key}: ${error.message}`]);
  }
}
