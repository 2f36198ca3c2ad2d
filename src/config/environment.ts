import { settingNames, settingsSchema } from "./settings-schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = "VEYON_WEBAPI_";

/**
 * The variable of a setting: its words in capitals, with the group unless that is WebAPI, which the
 * prefix says: WebAPI/HttpServerPort is VEYON_WEBAPI_HTTP_SERVER_PORT, TLS/CaCertificateFile
 * VEYON_WEBAPI_TLS_CA_CERTIFICATE_FILE.
 */
export function environmentVariable(key: string): string {
  const words = key
    .replace(/^WebAPI\//, "")
    .replace("/", "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  return prefix + words.toUpperCase();
}

const keyByVariable = new Map(
  settingNames.map((name) => {
    const { key } = settingsSchema[name];
    return [environmentVariable(key), key];
  }),
);

export const environmentVariables = [...keyByVariable.keys()];

export interface EnvironmentSetting {
  readonly variable: string;
  /** Null: the variable has our prefix and is none of ours. */
  readonly key: string | null;
  readonly text: string;
}

/**
 * What Kubernetes tells every container of a Service that is called veyon-webapi. A value counts
 * where a person could have meant a setting by the name.
 */
const ofKubernetes = new RegExp(
  `^${prefix}(${[
    "SERVICE_HOST=.*",
    "SERVICE_PORT(_[A-Z0-9_]+)?=[0-9]+",
    "PORT(_[0-9]+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://.*",
    "PORT_[0-9]+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)=.*",
  ].join("|")})$`,
);

export function decodeEnvironment(environment: Environment): EnvironmentSetting[] {
  const found: EnvironmentSetting[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(prefix)) continue;
    if (ofKubernetes.test(`${variable}=${text}`)) continue;
    found.push({ variable, key: keyByVariable.get(variable) ?? null, text });
  }
  return found;
}
