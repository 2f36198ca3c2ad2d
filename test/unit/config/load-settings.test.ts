import { describe, expect, test } from "bun:test";
import { NetworkList } from "../../../src/access/network-list.ts";
import { OriginList } from "../../../src/access/origin-list.ts";
import { environmentVariable } from "../../../src/config/environment.ts";
import { formatAdjustment, loadSettings } from "../../../src/config/load-settings.ts";
import type { LoadedSettings } from "../../../src/config/load-settings.ts";
import { SettingsError } from "../../../src/config/settings-error.ts";
import { settingNames, settingsSchema } from "../../../src/config/settings-schema.ts";

const systemFile = "/system/Veyon.conf";

interface Given {
  readonly files?: Record<string, string | Uint8Array>;
  readonly environment?: Record<string, string>;
  readonly veyonConfigFile?: string;
  readonly configFile?: string;
  readonly flags?: readonly (readonly [key: string, text: string])[];
}

function load(given: Given): LoadedSettings {
  const { files = {}, environment = {}, veyonConfigFile = null, configFile = null } = given;
  const flags = (given.flags ?? []).map(([key, text]) => ({ flag: "--set", key, text }));
  return loadSettings(
    { veyonConfigFile, configFile, flags },
    { systemVeyonFile: systemFile, environment, readFile, expandPath },
  );

  function readFile(path: string): Uint8Array {
    if (path in files) return typeof files[path] === "string" ? encode(files[path]) : files[path];
    const code = path === "/denied" ? "EACCES" : "ENOENT";
    throw Object.assign(new Error(`${code}: open '${path}'`), { code });
  }
}

const encode = (text: string) => new TextEncoder().encode(text);
const expandPath = (path: string) => path.replace("%HOME%", "/root");

function problems(given: Given): readonly string[] {
  try {
    load(given);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

function ini(key: string, text: string): string {
  const [group, name] = key.split("/");
  return `[${group}]\n${name}=${text}\n`;
}

describe("values", () => {
  test("the defaults, in the units that the names say", () => {
    expect(load({}).values).toEqual({
      httpServerPort: 11080,
      bindAddress: "::",
      httpsEnabled: false,
      tlsCertificateFile: "",
      tlsPrivateKeyFile: "",
      connectionLimit: 32,
      connectionsPerClient: null,
      connectionLifetimeMs: 10_800_000,
      connectionIdleTimeoutMs: 60_000,
      connectionAuthenticationTimeoutMs: 15_000,
      connectTimeoutMs: 5000,
      allowedHosts: null,
      refusedLoginsPerClient: 10,
      refusedLoginsPerHost: 10,
      accessTokensFile: "",
      keysDirectory: "",
      privateKeyBaseDir: "%GLOBALAPPDATA%/keys/private",
      allowedOrigins: expect.any(OriginList),
      allowedHostNames: "auto",
      trustedProxies: expect.any(NetworkList),
      hasViewPage: true,
      veyonServerPort: 11100,
      demoServerPort: 11400,
      computerMonitoringUpdateIntervalMs: 1000,
      tlsUseCertificateAuthority: false,
      allowUnencryptedHosts: false,
      caCertificateFile: "",
      imageEngine: "auto",
      enlargementLimit: 2,
      screenMemoryBytes: null,
      pictureCacheBytes: 134_217_728,
      answersRequestIds: false,
      logLevel: "info",
      logFormat: "text",
    });
  });

  test.each([
    ["WebAPI/HttpServerPort", " 8080 ", "httpServerPort", 8080],
    ["WebAPI/ConnectionLifetime", "0.5", "connectionLifetimeMs", 1_800_000],
    ["WebAPI/ConnectionIdleTimeout", "0.25", "connectionIdleTimeoutMs", 250],
    ["WebAPI/PictureCacheSize", "1", "pictureCacheBytes", 1_048_576],
    ["WebAPI/ScreenMemory", "16", "screenMemoryBytes", 16_777_216],
    ["WebAPI/ScreenMemory", "auto", "screenMemoryBytes", null],
    ["WebAPI/BindAddress", "127.0.0.1", "bindAddress", "127.0.0.1"],
    ["WebAPI/BindAddress", "localhost", "bindAddress", "localhost"],
    ["WebAPI/TlsCertificateFile", " /a b.pem ", "tlsCertificateFile", "/a b.pem"],
    ["WebAPI/HttpsEnabled", "0", "httpsEnabled", false],
    ["WebAPI/HttpsEnabled", "FALSE", "httpsEnabled", false],
    ["WebAPI/ImageEngine", "imagescript", "imageEngine", "imagescript"],
    ["WebAPI/AllowedHosts", "", "allowedHosts", null],
  ] as const)("%s=%s", (key, text, name, value) => {
    expect(load({ flags: [[key, text]] }).values[name]).toBe(value);
  });

  test("hosts with what a file of settings has between them", () => {
    const files = {
      "/ours.ini": "[WebAPI]\nAllowedHosts=room1-*, 10.1.0.0/16  [fd91::/64]:11101\n",
    };
    const { allowedHosts } = load({ files, configFile: "/ours.ini" }).values;
    expect(allowedHosts?.text).toBe("room1-*, 10.1.0.0/16, [fd91::/64]:11101");
  });

  test.each(["true", "True", "1"])("HttpsEnabled=%s", (text) => {
    const { values } = load({
      flags: [
        ["WebAPI/HttpsEnabled", text],
        ["WebAPI/TlsCertificateFile", "cert.pem"],
        ["WebAPI/TlsPrivateKeyFile", "key.pem"],
      ],
    });
    expect(values.httpsEnabled).toBe(true);
  });
});

describe("sources", () => {
  const key = "WebAPI/ConnectionLimit";
  const sources = [
    { name: "default", give: () => ({}) },
    { name: systemFile, give: (text: string) => ({ files: { [systemFile]: ini(key, text) } }) },
    {
      name: "/ours.ini",
      give: (text: string) => ({
        configFile: "/ours.ini",
        files: { "/ours.ini": ini(key, text) },
      }),
    },
    {
      name: "VEYON_WEBAPI_CONNECTION_LIMIT",
      give: (text: string) => ({ environment: { VEYON_WEBAPI_CONNECTION_LIMIT: text } }),
    },
    { name: "--set", give: (text: string) => ({ flags: [[key, text]] as const }) },
  ] satisfies { name: string; give: (text: string) => Given }[];

  for (const [index, later] of sources.entries()) {
    for (const earlier of sources.slice(0, index)) {
      test(`${later.name} replaces ${earlier.name}`, () => {
        const [low, high]: Given[] = [earlier.give("7"), later.give("9")];
        const given = { ...low, ...high, files: { ...low.files, ...high.files } };
        const loaded = load(given);
        expect(loaded.values.connectionLimit).toBe(9);
        expect(loaded.sources.connectionLimit).toEqual({ text: "9", source: later.name });
        expect(loaded.sources.httpServerPort).toEqual({ text: "11080", source: "default" });
      });
    }
  }

  test("of two flags the last counts", () => {
    const flags = [
      [key, "7"],
      [key, "9"],
    ] as const;
    expect(load({ flags }).values.connectionLimit).toBe(9);
  });

  test("--veyon-config stands in the place of the system's file", () => {
    const files = {
      [systemFile]: ini(key, "7"),
      "/export.json": '{"WebAPI":{"HttpServerPort":1}}',
    };
    const { values, sources: found } = load({ files, veyonConfigFile: "/export.json" });
    expect(values.connectionLimit).toBe(32);
    expect(found.httpServerPort).toEqual({ text: "1", source: "/export.json" });
  });

  test("every setting can be given in every source that has it", () => {
    for (const name of settingNames) {
      const { key, default: text, origin } = settingsSchema[name];
      const variable = environmentVariable(key);
      expect(load({ environment: { [variable]: text } }).sources[name].source).toBe(variable);
      expect(load({ flags: [[key, text]] }).sources[name].source).toBe("--set");
      const ours = { files: { "/o": ini(key, text) }, configFile: "/o" };
      expect(load(ours).sources[name].source).toBe("/o");
      const veyons = load({ files: { [systemFile]: ini(key, text) } });
      expect(veyons.sources[name].source).toBe(origin === "Veyon" ? systemFile : "default");
    }
  });
});

describe("files", () => {
  test("in Veyon's own file what we do not know is left alone", () => {
    const text = `[UI]\nLanguage="\n[WebAPI]\nHttpServerEnabled=maybe\nLogLevel=9\nHttpServerPort=5\n`;
    expect(load({ files: { [systemFile]: text } }).values).toMatchObject({
      httpServerPort: 5,
      answersRequestIds: false,
      logLevel: "info",
      logFormat: "text",
    });
  });

  test("in ours it is refused", () => {
    const files = { "/ours.ini": "[WebAPI]\nHttpServerEnabled=true\n" };
    const [problem] = problems({ files, configFile: "/ours.ini" });
    expect(problem).toStartWith(
      "Unknown setting WebAPI/HttpServerEnabled from /ours.ini: wanted WebAPI/HttpServerPort, WebAPI/BindAddress,",
    );
  });

  test("the system's file may be missing, a named one may not", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ veyonConfigFile: "/none" })).toEqual([
      "Cannot read settings from /none: ENOENT: open '/none'",
    ]);
    expect(problems({ configFile: "/none" })).toHaveLength(1);
  });

  test("those that have been read are told, also without a setting", () => {
    expect(load({}).files).toEqual([]);
    expect(load({ files: { [systemFile]: "" } }).files).toEqual([systemFile]);
    const files = { [systemFile]: "", "/given": "", "/ours": "" };
    const given = { files, veyonConfigFile: "/given", configFile: "/ours" };
    expect(load(given).files).toEqual(["/given", "/ours"]);
  });

  test("a file that may not be read is an error", () => {
    expect(problems({ veyonConfigFile: "/denied" })).toEqual([
      "Cannot read settings from /denied: EACCES: open '/denied'",
    ]);
  });

  test.each([
    ["Veyon's own at its place", systemFile, {}],
    ["the one given for it", "/given", { veyonConfigFile: "/given" }],
    ["ours", "/given", { configFile: "/given" }],
  ] as const)("one that holds no configuration is refused by its name: %s", (_, path, given) => {
    const [problem, ...more] = problems({ ...given, files: { [path]: "HttpsEnabled: true\n" } });
    expect(problem).toBe(
      `${path} holds no configuration: found text without groups, wanted settings under a [Group], or JSON as veyon-cli config export writes it`,
    );
    expect(more).toEqual([]);
  });

  test("an empty one counts as no configuration", () => {
    const files = { "/dev/null": new Uint8Array() };
    expect(problems({ files, veyonConfigFile: "/dev/null", configFile: "/dev/null" })).toEqual([]);
  });

  test("a backslash that is no escape is explained", () => {
    const files = { "/ours.ini": "[WebAPI]\nTlsCertificateFile=C:\\certs\\a.pem\n" };
    expect(problems({ files, configFile: "/ours.ini" })).toEqual([
      "Cannot read settings from /ours.ini: WebAPI/TlsCertificateFile=C:\\certs\\a.pem: unknown escape \\c, wanted \\\\ for a backslash",
    ]);
  });
});

describe("Veyon's own configuration", () => {
  const fromVeyon = (key: string, text: string) =>
    load({ files: { [systemFile]: ini(key, text) } });

  test.each([
    // Port 70000 is 4464 to a Veyon Server; its own WebAPI server does not start with it.
    ["WebAPI/HttpServerPort", "70000", "httpServerPort", 65535],
    ["WebAPI/HttpServerPort", "-1", "httpServerPort", 11080],
    ["WebAPI/HttpServerPort", "abc", "httpServerPort", 11080],
    ["WebAPI/HttpServerPort", "", "httpServerPort", 11080],
    ["WebAPI/HttpServerPort", "8080.5", "httpServerPort", 8081],
    ["Network/VeyonServerPort", "70000", "veyonServerPort", 4464],
    ["Network/VeyonServerPort", "65536", "veyonServerPort", 11100],
    ["Network/VeyonServerPort", "0", "veyonServerPort", 11100],
    ["Network/DemoServerPort", "-11400", "demoServerPort", 11400],
    ["WebAPI/ConnectionLimit", "0", "connectionLimit", 1],
    ["WebAPI/ConnectionLimit", "-7", "connectionLimit", 1],
    ["WebAPI/ConnectionLimit", "1000000", "connectionLimit", 10_000],
    ["WebAPI/ConnectionLimit", "9".repeat(400), "connectionLimit", 10_000],
    ["WebAPI/ConnectionLimit", "true", "connectionLimit", 32],
    ["WebAPI/ConnectionLifetime", "1000000000", "connectionLifetimeMs", 576 * 3_600_000],
    ["WebAPI/ConnectionLifetime", "0", "connectionLifetimeMs", 360],
    // Never, to Veyon.
    ["WebAPI/ConnectionLifetime", "-1", "connectionLifetimeMs", 576 * 3_600_000],
    ["WebAPI/ConnectionIdleTimeout", "-1", "connectionIdleTimeoutMs", 86_400_000],
    ["WebAPI/ConnectionIdleTimeout", "@Variant(\\0\\0\\0\\x94)", "connectionIdleTimeoutMs", 60_000],
    [
      "WebAPI/ConnectionAuthenticationTimeout",
      "100000",
      "connectionAuthenticationTimeoutMs",
      240_000,
    ],
    ["WebAPI/ConnectionAuthenticationTimeout", "-1", "connectionAuthenticationTimeoutMs", 100],
    ["Master/ComputerMonitoringUpdateInterval", "0", "computerMonitoringUpdateIntervalMs", 10],
    ["WebAPI/TlsCertificateFile", "C:\\new\\cert.pem", "tlsCertificateFile", ""],
  ] as const)("%s=%s is brought into range, and that is told", (key, text, name, value) => {
    const { values, adjustments } = fromVeyon(key, text);
    expect(values[name]).toBe(value);
    expect(adjustments).toHaveLength(1);
    expect(adjustments[0]).toMatchObject({ name, key, source: systemFile });
  });

  test("says what was found, what is used, where, and why", () => {
    const { adjustments } = fromVeyon("WebAPI/ConnectionLifetime", "1000000000");
    expect(adjustments.map(formatAdjustment)).toEqual([
      `Using WebAPI/ConnectionLifetime=576: found 1000000000 in ${systemFile}, wanted a number from 0.0001 to 576 (h)`,
    ]);
  });

  test.each([
    ["WebAPI/HttpServerPort", "+8080", "httpServerPort", 8080],
    ["WebAPI/HttpServerPort", '" 8080 "', "httpServerPort", 8080],
    ["WebAPI/HttpServerPort", "008080", "httpServerPort", 8080],
    ["WebAPI/ConnectionLifetime", "0.5", "connectionLifetimeMs", 1_800_000],
    ["WebAPI/TlsCertificateFile", "%HOME%/tls.crt", "tlsCertificateFile", "/root/tls.crt"],
  ] as const)("%s=%s is used as it is, without a word", (key, text, name, value) => {
    const { values, adjustments } = fromVeyon(key, text);
    expect(values[name]).toBe(value);
    expect(adjustments).toEqual([]);
  });

  /** What QVariant makes of them; HTTPS is never turned off by what is only written strangely. */
  test.each([
    ["true", true],
    ["yes", true],
    ["on", true],
    ["no", true],
    ["2", true],
    ["False", false],
    ["0", false],
    ["", false],
    ['"true', true],
    ["true, false", true],
  ])("WebAPI/HttpsEnabled=%s is %p", (text, enabled) => {
    const files = `[WebAPI]\nHttpsEnabled=${text}\nTlsCertificateFile=cert.pem\nTlsPrivateKeyFile=key.pem\n`;
    expect(load({ files: { [systemFile]: files } }).values.httpsEnabled).toBe(enabled);
  });

  test("a path with an unknown escape is told, and taken as it was meant", () => {
    const { values, adjustments } = fromVeyon("WebAPI/TlsCertificateFile", "C:\\certs\\a.pem");
    expect(values.tlsCertificateFile).toBe("C:\\certs\\a.pem");
    expect(adjustments[0]).toMatchObject({
      found: "C:\\certs\\a.pem",
      reason: "unknown escape \\c, wanted \\\\ for a backslash",
    });
  });

  test("a key in the place of its path is not shown", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADAN\\n-----END PRIVATE KEY-----";
    const { values, adjustments } = fromVeyon("WebAPI/TlsPrivateKeyFile", `"${pem}"`);
    expect(values.tlsPrivateKeyFile).toBe("");
    expect(adjustments.map(formatAdjustment).join()).not.toContain("MIIE");
  });

  test("nothing is told where a later source has the say", () => {
    const files = { [systemFile]: ini("WebAPI/ConnectionLimit", "0") };
    expect(load({ files, flags: [["WebAPI/ConnectionLimit", "5"]] }).adjustments).toEqual([]);
  });

  test("the same values are refused in a file of ours, in the environment and as flags", () => {
    const [key, text] = ["WebAPI/ConnectionLimit", "0"];
    expect(problems({ configFile: "/o", files: { "/o": ini(key, text) } })).toHaveLength(1);
    expect(problems({ environment: { VEYON_WEBAPI_CONNECTION_LIMIT: text } })).toHaveLength(1);
    expect(problems({ flags: [[key, text]] })).toHaveLength(1);
  });

  test("placeholders count in every source, and in every setting that is a path", () => {
    const paths = settingNames.filter((name) => "isPath" in settingsSchema[name]);
    expect(paths).toHaveLength(6);
    for (const name of paths) {
      const { key, origin } = settingsSchema[name];
      const given: Given[] = [
        ...(origin === "Veyon" ? [{ files: { [systemFile]: ini(key, "%HOME%/a.pem") } }] : []),
        { files: { "/o": ini(key, "%HOME%/a.pem") }, configFile: "/o" },
        { environment: { [environmentVariable(key)]: "%HOME%/a.pem" } },
        { flags: [[key, "%HOME%/a.pem"]] },
      ];
      for (const each of given) expect(load(each).values[name]).toBe("/root/a.pem");
    }
  });

  test("HTTPS without a usable certificate is refused, with what stood in its place", () => {
    const files = {
      [systemFile]:
        "[WebAPI]\nHttpsEnabled=1\nTlsCertificateFile=C:\\new.pem\nTlsPrivateKeyFile=k\n",
    };
    expect(problems({ files })).toEqual([
      `Using WebAPI/TlsCertificateFile="": found C:\\new.pem in ${systemFile}, wanted the path of a PEM file, or nothing`,
      "Cannot use WebAPI/HttpsEnabled=true: WebAPI/TlsCertificateFile is empty, wanted the path of a PEM file",
    ]);
  });
});

/**
 * The right values were read from `veyon-cli config list` of 4.7.5, run on each of these until
 * nothing changed.
 */
describe("a configuration of an older version", () => {
  const port = (network: object, version?: unknown) => {
    const core = version === undefined ? {} : { Core: { ApplicationVersion: version } };
    const text = JSON.stringify({ ...core, Network: network });
    return load({ files: { "/old.json": text }, veyonConfigFile: "/old.json" });
  };

  test.each([
    ["2", { PrimaryServicePort: "12100" }, 12100],
    [3, { PrimaryServicePort: 12100 }, 12100],
    [4, { PrimaryServicePort: 12100, VeyonServerPort: 13100 }, 12100],
    ["abc", { PrimaryServicePort: 12100 }, 12100],
    [1, { PrimaryServicePort: 12100 }, 12100],
    [undefined, { PrimaryServicePort: 12100 }, 12100],
    [5, { PrimaryServicePort: 12100 }, 11100],
    [7, { PrimaryServicePort: 12100, VeyonServerPort: 13100 }, 13100],
    [4, {}, 11100],
    // Without a version it is nobody's but the administrator's.
    [undefined, { VeyonServerPort: 13100 }, 13100],
  ] as const)("version %p with %j", (version, network, expected) => {
    const { values, adjustments } = port(network, version);
    expect(values.veyonServerPort).toBe(expected);
    expect(adjustments).toEqual([]);
  });

  test("a port under the new name is reset, as by Veyon, and that is told", () => {
    const { values, adjustments } = port({ VeyonServerPort: 13100 }, 4);
    expect(values.veyonServerPort).toBe(11100);
    expect(adjustments.map(formatAdjustment)).toEqual([
      "Using Network/VeyonServerPort=11100: found 13100 in /old.json, which Veyon resets in a configuration of a version before 4.5",
    ]);
  });

  test("the other settings stay", () => {
    const text =
      "[Core]\nApplicationVersion=2\n[WebAPI]\nHttpServerPort=12080\nConnectionLimit=7\n[Network]\nDemoServerPort=12400\n[Master]\nComputerMonitoringUpdateInterval=2000\n";
    expect(load({ files: { [systemFile]: text } }).values).toMatchObject({
      httpServerPort: 12080,
      connectionLimit: 7,
      veyonServerPort: 11100,
      demoServerPort: 12400,
      computerMonitoringUpdateIntervalMs: 2000,
    });
  });

  test("the old name means nothing in a file of ours", () => {
    const files = { "/o": "[Network]\nPrimaryServicePort=1\n" };
    expect(problems({ files, configFile: "/o" })[0]).toStartWith(
      "Unknown setting Network/PrimaryServicePort from /o",
    );
  });
});

describe("refusals", () => {
  /** The least and the greatest value of each, and what lies just outside. */
  const limits = [
    ["WebAPI/HttpServerPort", "0", "65535", "-1", "65536"],
    ["WebAPI/ConnectionLimit", "1", "10000", "0", "10001"],
    ["WebAPI/ConnectionsPerClient", "1", "10000", "0", "10001"],
    ["WebAPI/EnlargementLimit", "1", "16", "0", "17"],
    ["WebAPI/ConnectionLifetime", "0.0001", "576", "0.00009", "576.1"],
    ["WebAPI/ConnectionIdleTimeout", "0.1", "86400", "0.09", "86401"],
    ["WebAPI/ConnectionAuthenticationTimeout", "0.1", "240", "0.09", "241"],
    ["WebAPI/ConnectTimeout", "0.1", "120", "0.09", "121"],
    ["Network/VeyonServerPort", "1", "65535", "0", "65536"],
    ["Network/DemoServerPort", "1", "65535", "0", "65536"],
    ["Master/ComputerMonitoringUpdateInterval", "10", "60000", "9", "60001"],
    ["WebAPI/PictureCacheSize", "0", "65536", "-1", "65537"],
    ["WebAPI/RefusedLoginsPerClient", "1", "100000", "0", "100001"],
    ["WebAPI/RefusedLoginsPerHost", "1", "100000", "0", "100001"],
    ["WebAPI/ScreenMemory", "16", "1048576", "15", "1048577"],
  ] as const;

  test("the limits are those of the schema", () => {
    const numeric = settingNames.filter((name) => /number/.test(settingsSchema[name].allowed));
    expect(limits.map(([key]) => key).sort()).toEqual(
      numeric.map((name) => settingsSchema[name].key).sort() as never,
    );
  });

  test.each(limits)("%s: %s to %s", (key, least, most, below, above) => {
    for (const text of [least, most]) expect(problems({ flags: [[key, text]] })).toEqual([]);
    for (const text of [below, above, "", "abc", "1e3", "0x10", "1,5", "NaN", "Infinity"]) {
      const [problem, ...more] = problems({ flags: [[key, text]] });
      expect(more).toEqual([]);
      expect(problem).toStartWith(`Cannot use ${key}=`);
      expect(problem).toMatch(/ from --set: wanted a(uto, or a)? /);
      expect(problem).toContain(`${least} to ${most}`);
    }
  });

  test("nothing waits longer than a timer can", () => {
    const { values } = load({ flags: [["WebAPI/ConnectionLifetime", "576"]] });
    expect(values.connectionLifetimeMs).toBeLessThan(2 ** 31);
  });

  test.each([
    [
      "WebAPI/HttpServerPort",
      "80.5",
      "Cannot use WebAPI/HttpServerPort=80.5 from --set: wanted a whole number from 0 to 65535",
    ],
    [
      "WebAPI/ConnectionIdleTimeout",
      "-1",
      "Cannot use WebAPI/ConnectionIdleTimeout=-1 from --set: wanted a number from 0.1 to 86400 (s)",
    ],
    [
      "WebAPI/HttpsEnabled",
      "yes",
      "Cannot use WebAPI/HttpsEnabled=yes from --set: wanted true or false",
    ],
    [
      "WebAPI/LogLevel",
      "loud",
      "Cannot use WebAPI/LogLevel=loud from --set: wanted debug, info, warn, error",
    ],
    [
      "WebAPI/BindAddress",
      "my host",
      'Cannot use WebAPI/BindAddress="my host" from --set: wanted an IP address of this computer, ::, 0.0.0.0 or localhost',
    ],
    [
      "WebAPI/AllowedHosts",
      "room1-*, 10.1.*",
      'Cannot use WebAPI/AllowedHosts="room1-*, 10.1.*" from --set: found "10.1.*", wanted a whole address, or a network as in 10.1.0.0/16',
    ],
    [
      "WebAPI/BindAddress",
      "[::]",
      "Cannot use WebAPI/BindAddress=[::] from --set: wanted an IP address of this computer, ::, 0.0.0.0 or localhost",
    ],
    [
      "WebAPI/TrustedProxies",
      "10.0.0.0/8,proxy",
      "Cannot use WebAPI/TrustedProxies=10.0.0.0/8,proxy from --set: wanted addresses and networks such as 10.0.0.0/8, separated by commas, or nothing",
    ],
  ])("%s=%s", (key, text, message) => {
    expect(problems({ flags: [[key, text]] })).toEqual([message]);
  });

  test("a key in the place of its path does not show up in the message", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----\n";
    const [problem] = problems({ environment: { VEYON_WEBAPI_TLS_PRIVATE_KEY_FILE: pem } });
    expect(problem).toContain("from VEYON_WEBAPI_TLS_PRIVATE_KEY_FILE: wanted the path");
    expect(problem).not.toContain("MIIE");
  });

  test("an unknown variable of ours, an unknown key of a flag", () => {
    expect(problems({ environment: { VEYON_WEBAPI_PORT: "1" } })[0]).toStartWith(
      "Unknown variable VEYON_WEBAPI_PORT: wanted VEYON_WEBAPI_HTTP_SERVER_PORT, ",
    );
    expect(problems({ flags: [["webapi/httpserverport", "1"]] })[0]).toStartWith(
      "Unknown setting webapi/httpserverport from --set: did you mean WebAPI/HttpServerPort?",
    );
  });

  test("everything that is wrong is reported at once", () => {
    const given = {
      environment: { VEYON_WEBAPI_PORT: "1", VEYON_WEBAPI_HTTP_SERVER_PORT: "x" },
      flags: [["WebAPI/LogLevel", "x"]] as const,
      configFile: "/none",
    };
    expect(problems(given)).toHaveLength(4);
  });

  test("HTTPS needs both files, checking certificates needs one", () => {
    expect(problems({ flags: [["WebAPI/HttpsEnabled", "true"]] })).toEqual([
      "Cannot use WebAPI/HttpsEnabled=true: WebAPI/TlsCertificateFile is empty, wanted the path of a PEM file",
      "Cannot use WebAPI/HttpsEnabled=true: WebAPI/TlsPrivateKeyFile is empty, wanted the path of a PEM file",
    ]);
    expect(problems({ flags: [["TLS/UseCertificateAuthority", "true"]] })).toEqual([
      "Cannot use TLS/UseCertificateAuthority=true: TLS/CaCertificateFile is empty, wanted the path of a PEM file",
    ]);
  });
});
