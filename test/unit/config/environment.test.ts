import { expect, test } from "bun:test";
import { decodeEnvironment, environmentVariable } from "../../../src/config/environment.ts";
import { settingNames, settingsSchema } from "../../../src/config/settings-schema.ts";

test.each([
  ["WebAPI/HttpServerPort", "VEYON_WEBAPI_HTTP_SERVER_PORT"],
  ["WebAPI/TlsCertificateFile", "VEYON_WEBAPI_TLS_CERTIFICATE_FILE"],
  ["TLS/CaCertificateFile", "VEYON_WEBAPI_TLS_CA_CERTIFICATE_FILE"],
  ["Network/VeyonServerPort", "VEYON_WEBAPI_NETWORK_VEYON_SERVER_PORT"],
  [
    "Master/ComputerMonitoringUpdateInterval",
    "VEYON_WEBAPI_MASTER_COMPUTER_MONITORING_UPDATE_INTERVAL",
  ],
])("%s is %s", (key, variable) => {
  expect(environmentVariable(key)).toBe(variable);
});

test("every setting has a variable of its own", () => {
  const variables = settingNames.map((name) => environmentVariable(settingsSchema[name].key));
  expect(new Set(variables).size).toBe(settingNames.length);
  for (const variable of variables) expect(variable).toMatch(/^VEYON_WEBAPI(_[A-Z]+)+$/);
});

test("finds ours among the others", () => {
  const environment = {
    PATH: "/bin",
    VEYON_WEBAPI_HTTP_SERVER_PORT: "1",
    VEYON_WEBAPI_PORT: "2",
    veyon_webapi_port: "3",
    VEYON_WEBAPI_LOG_LEVEL: undefined,
  };
  expect(decodeEnvironment(environment)).toEqual([
    { variable: "VEYON_WEBAPI_HTTP_SERVER_PORT", key: "WebAPI/HttpServerPort", text: "1" },
    { variable: "VEYON_WEBAPI_PORT", key: null, text: "2" },
  ]);
});
