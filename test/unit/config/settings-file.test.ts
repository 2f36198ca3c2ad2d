import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { decodeSettingsFile } from "../../../src/config/settings-file.ts";

const fixtures = `${import.meta.dir}/../../fixtures/config`;
const all = () => true;

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
  const text = readFileSync(`${fixtures}/${file}`, "utf8");
  const values = decodeSettingsFile(text, (key) => key in set);
  expect(Object.fromEntries(values)).toEqual(set);
});

test("takes JSON with numbers and booleans, and leaves out null", () => {
  const text =
    '\uFEFF \n{"WebAPI": {"HttpServerPort": 1, "HttpsEnabled": false, "LogLevel": null}}';
  expect(Object.fromEntries(decodeSettingsFile(text, all))).toEqual({
    "WebAPI/HttpServerPort": "1",
    "WebAPI/HttpsEnabled": "false",
  });
});

test("takes an INI file with a byte order mark; the last of two values counts", () => {
  const text = "\uFEFF[WebAPI]\nHttpServerPort=1\nHttpServerPort=2\nLogLevel=@Invalid()\n";
  expect(Object.fromEntries(decodeSettingsFile(text, all))).toEqual({
    "WebAPI/HttpServerPort": "2",
  });
});

test("an empty file has no settings", () => {
  expect(decodeSettingsFile("", all).size).toBe(0);
});

test("does not look at values that are not wanted", () => {
  const text = '[Other]\nBroken="\n[WebAPI]\nHttpServerPort=1\n';
  expect(decodeSettingsFile(text, (key) => key.startsWith("WebAPI/")).size).toBe(1);
  expect(() => decodeSettingsFile(text, all)).toThrow('Other/Broken=": wanted text without quotes');
});

test("refuses broken JSON", () => {
  expect(() => decodeSettingsFile('{"WebAPI": ', all)).toThrow();
});
