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

test("what Kubernetes sets for a Service called veyon-webapi is none of ours", () => {
  const environment = {
    VEYON_WEBAPI_SERVICE_HOST: "10.96.0.11",
    VEYON_WEBAPI_SERVICE_PORT: "11080",
    VEYON_WEBAPI_SERVICE_PORT_HTTP_2: "11080",
    VEYON_WEBAPI_PORT: "tcp://10.96.0.11:11080",
    VEYON_WEBAPI_PORT_11080_TCP: "tcp://10.96.0.11:11080",
    VEYON_WEBAPI_PORT_11080_TCP_PROTO: "tcp",
    VEYON_WEBAPI_PORT_11080_TCP_PORT: "11080",
    VEYON_WEBAPI_PORT_11080_TCP_ADDR: "fd00::11",
    VEYON_WEBAPI_PORT_53_UDP: "udp://[fd00::11]:53",
    VEYON_WEBAPI_HTTP_SERVER_PORT: "8080",
  };
  expect(decodeEnvironment(environment)).toEqual([
    { variable: "VEYON_WEBAPI_HTTP_SERVER_PORT", key: "WebAPI/HttpServerPort", text: "8080" },
  ]);
});

test.each([
  ["VEYON_WEBAPI_PORT", "11080"],
  ["VEYON_WEBAPI_SERVICE_PORT", "http"],
  ["VEYON_WEBAPI_SERVICE", "10.96.0.11"],
  ["VEYON_WEBAPI_SERVICE_HOST_NAME", "a"],
  ["VEYON_WEBAPI_PORT_11080", "tcp://10.96.0.11:11080"],
  ["VEYON_WEBAPI_PORT_11080_TCP_NAME", "a"],
  ["VEYON_WEBAPI_HTTP_SERVICE_PORT", "11080"],
  ["VEYON_WEBAPI_HTTP_SERVERPORT", "11080"],
])("%s=%s is not Kubernetes'", (variable, text) => {
  expect(decodeEnvironment({ [variable]: text })).toEqual([{ variable, key: null, text }]);
});
