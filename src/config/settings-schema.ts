import type { z } from "zod";
import { logFormats } from "../log/log-format.ts";
import { logLevels } from "../log/logger.ts";
import {
  boolean,
  choice,
  directoryPath,
  duration,
  expiry,
  filePath,
  hostList,
  hostNames,
  hostPort,
  listenAddress,
  listenPort,
  mebibytes,
  mebibytesOrAuto,
  networkList,
  originList,
  ownFilePath,
  wholeNumber,
  wholeNumberOrAuto,
} from "./value-kind.ts";
import type { ValueKind, VeyonKind } from "./value-kind.ts";

interface Description {
  /** `Group/Name`, in Veyon's own spelling where Veyon has the setting. */
  readonly key: string;
  readonly default: string;
  readonly meaning: string;
}

/** Settings of Veyon are taken from its own configuration too. */
export type VeyonSetting<T> = Description & VeyonKind<T> & { readonly origin: "Veyon" };
export type OwnSetting<T> = Description & ValueKind<T> & { readonly origin: "ours" };

/** Timers of more than 2^31 ms would fire at once. */
const lifetimeHoursMax = 576;

/** Bun's HTTP server cuts a request that is not answered within 255 s. */
const authenticationSecondsMax = 240;

/**
 * Every setting there is: loading, `veyon-webapi config` and the README's table all follow this
 * one.
 */
export const settingsSchema = {
  httpServerPort: veyon(
    "WebAPI/HttpServerPort",
    "11080",
    listenPort,
    "TCP port of the API; 0 takes any free one",
  ),
  bindAddress: ours(
    "WebAPI/BindAddress",
    "::",
    listenAddress,
    "address the API listens on; :: is every IPv6 and IPv4 address, as in Veyon",
  ),
  httpsEnabled: veyon(
    "WebAPI/HttpsEnabled",
    "false",
    boolean,
    "HTTPS (TLS 1.3) instead of HTTP; needs the two files below",
  ),
  tlsCertificateFile: veyon(
    "WebAPI/TlsCertificateFile",
    "",
    filePath,
    "certificate of the API, with its chain",
  ),
  tlsPrivateKeyFile: veyon(
    "WebAPI/TlsPrivateKeyFile",
    "",
    filePath,
    "private key of that certificate, not encrypted",
  ),
  connectionLimit: veyon(
    "WebAPI/ConnectionLimit",
    "32",
    wholeNumber(1, 10_000),
    "API connections open at the same time; the next one is answered by 429",
  ),
  connectionsPerClient: ours(
    "WebAPI/ConnectionsPerClient",
    "auto",
    wholeNumberOrAuto(1, 10_000),
    "of these, what one client address keeps when others need places; auto is half",
  ),
  connectionLifetimeMs: veyon(
    "WebAPI/ConnectionLifetime",
    "3",
    expiry("h", 0.0001, lifetimeHoursMax),
    "age at which an authenticated connection is closed",
  ),
  connectionIdleTimeoutMs: veyon(
    "WebAPI/ConnectionIdleTimeout",
    "60",
    expiry("s", 0.1, 86_400),
    "time without a request after which a connection is closed",
  ),
  connectionAuthenticationTimeoutMs: veyon(
    "WebAPI/ConnectionAuthenticationTimeout",
    "15",
    duration("s", 0.1, authenticationSecondsMax),
    "time that a host has for connecting and authenticating",
  ),
  connectTimeoutMs: ours(
    "WebAPI/ConnectTimeout",
    "5",
    duration("s", 0.1, 120),
    "time that a host has for accepting a TCP connection",
  ),
  allowedHosts: ours(
    "WebAPI/AllowedHosts",
    "",
    hostList,
    "hosts that may be called, and no others; nothing allows all",
  ),
  refusedLoginsPerClient: ours(
    "WebAPI/RefusedLoginsPerClient",
    "10",
    wholeNumber(1, 100_000),
    "different credentials of one client that hosts may refuse within a minute; then 429",
  ),
  refusedLoginsPerHost: ours(
    "WebAPI/RefusedLoginsPerHost",
    "10",
    wholeNumber(1, 100_000),
    "different credentials that one host may refuse within a minute; then 429",
  ),
  accessTokensFile: ours(
    "WebAPI/AccessTokensFile",
    "",
    ownFilePath,
    "file of veyon-webapi token; with it every request needs an access token",
  ),
  keysDirectory: ours(
    "WebAPI/KeysDirectory",
    "",
    directoryPath,
    "private keys, as NAME/key, for access tokens with --key; nothing: the next one",
  ),
  privateKeyBaseDir: veyon(
    "Authentication/PrivateKeyBaseDir",
    "%GLOBALAPPDATA%/keys/private",
    directoryPath,
    "where Veyon has them",
  ),
  allowedOrigins: ours(
    "WebAPI/AllowedOrigins",
    "",
    originList,
    "whose pages in browsers may use the API, beside its own",
  ),
  allowedHostNames: ours(
    "WebAPI/AllowedHostNames",
    "auto",
    hostNames,
    "names of the server, beside this computer's; auto is any unless bound to loopback",
  ),
  trustedProxies: ours(
    "WebAPI/TrustedProxies",
    "",
    networkList,
    "front proxies whose X-Forwarded-For is believed, by address or network",
  ),
  hasViewPage: ours(
    "WebAPI/ViewPage",
    "true",
    boolean,
    "the page /view, on which people see computers after a login",
  ),
  veyonServerPort: veyon(
    "Network/VeyonServerPort",
    "11100",
    hostPort,
    "port of a host that is named without one",
  ),
  demoServerPort: veyon(
    "Network/DemoServerPort",
    "11400",
    hostPort,
    "port that the feature DemoServer opens unless its arguments name one",
  ),
  computerMonitoringUpdateIntervalMs: veyon(
    "Master/ComputerMonitoringUpdateInterval",
    "1000",
    duration("ms", 10, 60_000),
    "greatest age of the picture of a host that is being watched",
  ),
  tlsUseCertificateAuthority: veyon(
    "TLS/UseCertificateAuthority",
    "false",
    boolean,
    "check the certificates of Veyon 5 hosts; needs the file below",
  ),
  caCertificateFile: veyon(
    "TLS/CaCertificateFile",
    "",
    filePath,
    "certificate authority that has signed the certificates of the hosts",
  ),
  allowUnencryptedHosts: ours(
    "WebAPI/AllowUnencryptedHosts",
    "false",
    boolean,
    "log in to hosts with Veyon 4, too, when certificates are checked; they do not encrypt",
  ),
  imageEngine: ours(
    "WebAPI/ImageEngine",
    "auto",
    choice(["auto", "imagescript", "bun", "wasm"]),
    "what encodes pictures; auto is the fastest measured for each format",
  ),
  pictureCacheBytes: ours(
    "WebAPI/PictureCacheSize",
    "128",
    mebibytes(0, 65_536),
    "memory for encoded pictures, of all connections together",
  ),
  enlargementLimit: ours(
    "WebAPI/EnlargementLimit",
    "2",
    wholeNumber(1, 16),
    "most pixels of a picture: those of the screen times the square of this; 3840x2160 always",
  ),
  screenMemoryBytes: ours(
    "WebAPI/ScreenMemory",
    "auto",
    mebibytesOrAuto(16, 1_048_576),
    "memory for the screens of all hosts together; auto is 60 % of what there is beyond 256 MiB",
  ),
  answersRequestIds: ours(
    "WebAPI/AnswerRequestIds",
    "false",
    boolean,
    "every answer has its X-Request-Id, not only that to a request which has one",
  ),
  logLevel: ours(
    "WebAPI/LogLevel",
    "info",
    choice(logLevels),
    "least important lines to log; every request is one line of info",
  ),
  logFormat: ours(
    "WebAPI/LogFormat",
    "text",
    choice(logFormats),
    "form of the log: name=value pairs for people and grep, or an object of JSON a line",
  ),
} as const;

export type SettingName = keyof typeof settingsSchema;

/** The values of all settings; times in milliseconds, sizes in bytes, as their names say. */
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof settingsSchema)[Name]["schema"]>;
};

export const settingNames = Object.keys(settingsSchema) as readonly SettingName[];

const nameByKey = new Map(settingNames.map((name) => [settingsSchema[name].key, name]));

export function findSetting(key: string): SettingName | null {
  return nameByKey.get(key) ?? null;
}

function veyon<T>(key: string, text: string, kind: VeyonKind<T>, meaning: string): VeyonSetting<T> {
  return { ...kind, key, default: text, meaning, origin: "Veyon" };
}

function ours<T>(key: string, text: string, kind: ValueKind<T>, meaning: string): OwnSetting<T> {
  return { ...kind, key, default: text, meaning, origin: "ours" };
}
