import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { decodeSettingsFile, NoConfigurationError } from "../../../src/config/settings-file.ts";

const fixtures = `${import.meta.dir}/../../fixtures/config`;
const all = () => true;

function decode(file: string | Uint8Array, wanted: (key: string) => boolean = all) {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const values = decodeSettingsFile(bytes, wanted);
  return Object.fromEntries([...values].map(([key, { text }]) => [key, text]));
}

/** What was set by `veyon-cli config set` before the fixtures were written. */
const set: Record<string, string> = {
  "WebAPI/HttpServerEnabled": "true",
  "WebAPI/HttpServerPort": "12080",
  "WebAPI/ConnectionLifetime": "8",
  "WebAPI/HttpsEnabled": "true",
  "WebAPI/TlsCertificateFile": '/etc/veyon/Schöne "Zertifikate", alle; 100%/cert.pem',
  "WebAPI/TlsPrivateKeyFile": "C:\\Program Files\\Veyon\\key.pem",
  "Network/VeyonServerPort": "21100",
  "UI/ApplicationName": "a\\x41 b",
  "Directories/Screenshots": " lead trail ",
};

test.each(["veyon-4.7.5.conf", "veyon-4.7.5.json"])("reads what Veyon wrote: %s", (file) => {
  expect(decode(readFileSync(`${fixtures}/${file}`), (key) => key in set)).toEqual(set);
});

test("takes JSON with numbers and booleans, and leaves out null", () => {
  const text =
    '\uFEFF \n{"WebAPI": {"HttpServerPort": 1, "HttpsEnabled": false, "LogLevel": null}}';
  expect(decode(text)).toEqual({ "WebAPI/HttpServerPort": "1", "WebAPI/HttpsEnabled": "false" });
});

test("takes an INI file with a byte order mark; the last of two values counts", () => {
  const text =
    "\uFEFF[WebAPI]\nHttpServerPort=1\nHttpServerPort=2\nLogLevel=3\nLogLevel=@Invalid()\n";
  expect(decode(text)).toEqual({ "WebAPI/HttpServerPort": "2" });
});

describe("takes what PowerShell's > writes", () => {
  const littleEndian = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");
  test.each([
    ["INI, UTF-16 LE", littleEndian("[WebAPI]\r\nHttpsEnabled=true\r\n")],
    ["JSON, UTF-16 LE", littleEndian('{"WebAPI":{"HttpsEnabled":true}}')],
    ["JSON, UTF-16 BE", littleEndian('{"WebAPI":{"HttpsEnabled":true}}').swap16()],
  ])("%s", (_, bytes) => {
    expect(decode(bytes)).toEqual({ "WebAPI/HttpsEnabled": "true" });
  });
});

test.each(["", " \n\t\n", "\uFEFF", "; nothing set\n# yet\n", "{}", "[WebAPI]\n", '{"WebAPI":{}}'])(
  "has no settings: %j",
  (text) => {
    expect(decode(text)).toEqual({});
  },
);

test("does not look at values that are not wanted", () => {
  const text = '[Other]\nBroken="\n[WebAPI]\nHttpServerPort=1\n';
  expect(decode(text, (key) => key.startsWith("WebAPI/"))).toEqual({
    "WebAPI/HttpServerPort": "1",
  });
});

test("tells a value that is written wrongly, and reads it all the same", () => {
  const text = new TextEncoder().encode('[WebAPI]\nHttpsEnabled="true\nHttpServerPort=1\n');
  expect(decodeSettingsFile(text, all)).toEqual(
    new Map([
      [
        "WebAPI/HttpsEnabled",
        {
          text: "true",
          written: '"true',
          fault: "wanted text without quotes, or all of it in one pair",
        },
      ],
      ["WebAPI/HttpServerPort", { text: "1", written: "1", fault: null }],
    ]),
  );
});

test("refuses broken JSON", () => {
  expect(() => decode('{"WebAPI": ')).toThrow();
});

describe("refuses what is no configuration", () => {
  const utf16 = Buffer.from("[WebAPI]\nHttpsEnabled=true\n", "utf16le");
  test.each<[string, string | Uint8Array, string]>([
    [
      "a certificate",
      "-----BEGIN CERTIFICATE-----\nMIIB==\n-----END CERTIFICATE-----\n",
      "a PEM file",
    ],
    ["a key", "-----BEGIN PRIVATE KEY-----\nMIIB==\n-----END PRIVATE KEY-----\n", "a PEM file"],
    ["YAML", "WebAPI:\n  HttpsEnabled: true\n", "text without groups"],
    ["a list in YAML", "- [WebAPI, HttpsEnabled]\n", "text without groups"],
    ["settings without a group", "HttpsEnabled=true\n", "text without groups"],
    ["a list in JSON", '[{"WebAPI": {"HttpsEnabled": true}}]', "a JSON list"],
    ["a list in JSON, on lines", '[\n  {"WebAPI": {"HttpsEnabled": true}}\n]\n', "a JSON list"],
    ["a list in JSON that is broken", '[{"WebAPI": {"HttpsEnabled": true}]', "text without groups"],
    ["a list in JSON that looks like a group", "[true]\n", "a JSON list"],
    ["a text in JSON", '"WebAPI"', "text without groups"],
    ["true", "true", "text without groups"],
    ["an object without groups", '{"HttpsEnabled": true}', "a JSON object without groups"],
    ["XML", '<?xml version="1.0"?>\n<WebAPI HttpsEnabled="true"/>\n', "text without groups"],
    [
      "an export of the registry",
      Buffer.from(
        '\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Veyon Solutions\\Veyon\\WebAPI]\r\n"HttpsEnabled"="true"\r\n',
        "utf16le",
      ),
      "text without groups",
    ],
    ["zeros", new Uint8Array(4096), "NUL characters"],
    ["UTF-16 without a mark", utf16, "NUL characters"],
    ["half a character of UTF-16", Uint8Array.of(0xff, 0xfe, 0x5b), "bytes that are not UTF-16LE"],
    [
      "Latin-1",
      Buffer.from("[WebAPI]\nTlsCertificateFile=/Schl\xfcssel\n", "latin1"),
      "bytes that are not UTF-8",
    ],
    [
      "a picture",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      "bytes that are not UTF-8",
    ],
  ])("%s", (_, file, found) => {
    expect(() => decode(file)).toThrow(NoConfigurationError);
    expect(() => decode(file)).toThrow(`found ${found}, wanted `);
    expect(() => decode(file)).not.toThrow(/MII|HKEY/);
  });
});
