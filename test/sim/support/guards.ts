/**
 * With GUARDS=on, which behind-guards.ts sets, every server of these tests has an allow-list,
 * access tokens and origins, and every client a token and an origin: what clients are promised
 * holds behind guards as well.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecret, sha256Of } from "../../../src/access/access-token.ts";
import { parseHostList } from "../../../src/access/host-list.ts";
import { OriginList } from "../../../src/access/origin-list.ts";
import { scopes } from "../../../src/access/scopes.ts";
import { encodeTokenFile } from "../../../src/access/token-file.ts";
import type { Settings } from "../../../src/config/settings-schema.ts";

const origin = "https://portal.example";

interface Guards {
  readonly settings: Partial<Settings>;
  /** Of clients. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Null: off. */
export const guards: Guards | null = process.env.GUARDS === "on" ? createGuards() : null;

/** A page's image or EventSource has its ticket and nothing else. */
export function headersUnlessTicket(url: string): Readonly<Record<string, string>> {
  return guards === null || url.includes("ticket=") ? {} : guards.headers;
}

function createGuards(): Guards {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-guards-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const accessTokensFile = join(folder, "tokens.json");
  const secret = createSecret();
  const hosts = parseHostList("**:*, 0.0.0.0/0:*, [::/0]:*");
  const sha256 = sha256Of(secret).toHex();
  const created = new Date().toISOString();
  const token = { name: "all", sha256, scopes, hosts, keyName: null, created };
  // Others beside it, as there will be.
  const others = Array.from({ length: 9 }, (_, index) => ({
    ...token,
    name: `other-${index}`,
    sha256: sha256Of(createSecret()).toHex(),
  }));
  writeFileSync(accessTokensFile, encodeTokenFile([...others, token]), { mode: 0o600 });
  return {
    settings: { accessTokensFile, allowedHosts: hosts, allowedOrigins: new OriginList(origin) },
    headers: { Authorization: `Bearer ${secret}`, Origin: origin },
  };
}
