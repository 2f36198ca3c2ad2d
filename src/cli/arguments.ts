import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import type { FlagSetting, GivenSettings } from "../config/settings-sources.ts";
import { suggestion } from "../config/suggestion.ts";
import { type HelpTopic, helpTopics } from "./help.ts";
import { type TokenAction, tokenAction } from "./token-arguments.ts";
import { UsageError } from "./usage-error.ts";

export type Command =
  /** Nothing has been asked for. */
  | { readonly name: "none" }
  | { readonly name: "help"; readonly topic: HelpTopic | null }
  | { readonly name: "version" }
  | { readonly name: "runserver"; readonly given: GivenSettings }
  | { readonly name: "demo"; readonly given: GivenSettings }
  | { readonly name: "config"; readonly given: GivenSettings; readonly markdown: boolean }
  | CheckCommand
  | TokenCommand;

export interface CheckCommand {
  readonly name: "check";
  readonly given: GivenSettings;
  /** As in the API: `name`, `name:port`, `[v6]:port`. */
  readonly host: string;
  readonly login: Login;
  /** Where the first picture is saved; null: the command chooses. */
  readonly pictureFile: string | null;
}

export interface TokenCommand {
  readonly name: "token";
  readonly given: GivenSettings;
  readonly action: TokenAction;
}

/** Passwords are asked for, never given as arguments, which everybody on the computer can read. */
export type Login =
  | { readonly kind: "none" }
  | { readonly kind: "key"; readonly keyName: string; readonly keyFile: string }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "password" };

const settingsOptions = {
  config: { type: "string" },
  "veyon-config": { type: "string" },
  port: { type: "string" },
  bind: { type: "string" },
  set: { type: "string", multiple: true },
} satisfies ParseArgsOptionsConfig;

const commandOptions = {
  runserver: {},
  demo: {},
  config: { markdown: { type: "boolean" } },
  check: {
    "key-name": { type: "string" },
    "key-file": { type: "string" },
    user: { type: "string" },
    password: { type: "boolean" },
    picture: { type: "string" },
  },
  token: {
    name: { type: "string" },
    scopes: { type: "string" },
    hosts: { type: "string" },
    key: { type: "string" },
  },
} satisfies Record<string, ParseArgsOptionsConfig>;

type SettingsCommand = keyof typeof commandOptions;

/** `argv` without the program: `["runserver", "--port", "11080"]`. Throws UsageError. */
export function parseArguments(argv: readonly string[]): Command {
  if (argv[0] === "help") return { name: "help", topic: helpTopic(argv[1]) };
  if (argv.includes("--help") || argv.includes("-h")) {
    return { name: "help", topic: helpTopic(argv[0]) };
  }
  if (argv[0] === "version" || argv[0] === "--version") return { name: "version" };
  const [name, ...parameters] = argv;
  if (name === undefined || name.startsWith("-")) return { name: "none" };
  switch (name) {
    case "runserver":
    case "demo":
      return { name, given: parse(name, parameters).given };
    case "config": {
      const { given, values } = parse(name, parameters);
      return { name, given, markdown: values.markdown === true };
    }
    case "check": {
      const { given, values, positionals } = parse(name, parameters, "one host");
      const pictureFile = text(values.picture);
      return { name, given, host: positionals[0], login: login(values), pictureFile };
    }
    case "token": {
      const { given, values, positionals } = parse(name, parameters, "create, list or revoke");
      return { name, given, action: tokenAction(positionals[0], values) };
    }
    default:
      throw new UsageError(
        `Unknown command ${name}: ${suggestion(name, [...helpTopics, "help", "version"])}`,
      );
  }
}

/** Null: all of it. */
function helpTopic(name: string | undefined): HelpTopic | null {
  return helpTopics.find((topic) => topic === name) ?? null;
}

type Values = Readonly<Record<string, unknown>>;

interface Parsed {
  readonly given: GivenSettings;
  readonly values: Values;
  readonly positionals: readonly string[];
}

/** `wanted`: the one argument that stands beside the options, if there is one. */
function parse(
  name: SettingsCommand,
  parameters: readonly string[],
  wanted: string | null = null,
): Parsed {
  const { values, positionals, tokens } = parseOrUsageError(name, parameters);
  if (positionals.length !== (wanted === null ? 0 : 1)) {
    throw new UsageError(
      `${name}: wanted ${wanted ?? "no argument"} beside options, found ${positionals.length}`,
    );
  }
  const flags = tokens.flatMap((token) =>
    token.kind === "option" && token.value !== undefined
      ? flagSettings(token.rawName, token.value)
      : [],
  );
  const given: GivenSettings = {
    veyonConfigFile: text(values["veyon-config"]),
    configFile: text(values.config),
    flags,
  };
  return { given, values, positionals };
}

function parseOrUsageError(name: SettingsCommand, parameters: readonly string[]) {
  const options: ParseArgsOptionsConfig = { ...settingsOptions, ...commandOptions[name] };
  try {
    return parseArgs({ args: [...parameters], options, allowPositionals: true, tokens: true });
  } catch (error) {
    // Node's text goes on with advice about "--" that helps nobody here.
    const [reason] = (error as Error).message.split(". ");
    const unknown = /^Unknown option '(.*)'$/.exec(reason)?.[1];
    const names = Object.keys(options).map((option) => `--${option}`);
    const better = unknown === undefined ? "" : `: ${suggestion(unknown, names)}`;
    throw new UsageError(`${name}: ${reason}${better}`, { cause: error });
  }
}

function flagSettings(flag: string, value: string): FlagSetting[] {
  if (flag === "--port") return [{ flag, key: "WebAPI/HttpServerPort", text: value }];
  if (flag === "--bind") return [{ flag, key: "WebAPI/BindAddress", text: value }];
  if (flag !== "--set") return [];
  const equals = value.indexOf("=");
  if (equals < 0) throw new UsageError(`Cannot use --set ${value}: wanted Group/Name=value`);
  return [{ flag, key: value.slice(0, equals).trim(), text: value.slice(equals + 1) }];
}

function login(values: Values): Login {
  const keyName = text(values["key-name"]);
  const keyFile = text(values["key-file"]);
  const user = text(values.user);
  const hasKey = keyName !== null || keyFile !== null;
  const ways = [hasKey, user !== null, values.password === true].filter(Boolean);
  if (ways.length > 1) {
    throw new UsageError("check: wanted one of --key-name with --key-file, --user, --password");
  }
  if (user !== null) return { kind: "user", user };
  if (values.password === true) return { kind: "password" };
  if (keyName === null && keyFile === null) return { kind: "none" };
  if (keyName !== null && keyFile !== null) return { kind: "key", keyName, keyFile };
  throw new UsageError("check: wanted --key-name and --key-file together");
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
