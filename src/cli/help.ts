import { version } from "../version.ts";

/** Commands with their options, which have a help of their own. */
export const helpTopics = ["runserver", "demo", "check", "token", "config"] as const;

export type HelpTopic = (typeof helpTopics)[number];

const settings = `Settings, for every command:
  --port PORT                  TCP port of the API
  --bind ADDRESS               address that the API listens on
  --set GROUP/NAME=VALUE       any setting, for example --set WebAPI/ConnectionLimit=100
  --config FILE                a file of settings, in one of Veyon's forms:
                                   [WebAPI]
                                   HttpServerPort=8080
                               or { "WebAPI": { "HttpServerPort": 8080 } }
  --veyon-config FILE          Veyon's own configuration, if it is not at the system's place;
                               /dev/null does without. What holds no configuration is refused

  Veyon's own configuration is read first: /etc/xdg/Veyon Solutions/Veyon.conf, or a JSON file
  written by "veyon-cli config export FILE", as is needed on Windows, where Veyon keeps it in the
  registry. Then --config, the environment (VEYON_WEBAPI_HTTP_SERVER_PORT and so on) and the flags
  above replace what was there. "veyon-webapi config" lists every setting and variable. In the INI
  form a backslash is written as two. Paths may have Veyon's placeholders, such as %HOME%.

  A value of Veyon's own configuration that cannot be served is brought into range, and the log says
  so. A wrong one from anywhere else is refused.`;

const optionsOfCheck = `veyon-webapi check HOST        HOST is name, name:port, address or [v6 address]:port
  --key-name NAME --key-file FILE
                               log in with the private key in FILE, which the host knows as NAME
  --user NAME                  log in as this user; the password is asked for, or read from
                               standard input
  --password                   log in with the password alone (AuthSimple of Veyon 5), asked for
                               in the same way
  --picture FILE               save the first picture here`;

const optionsOfToken = `veyon-webapi token create     make an access token, and print it, this once
  --name NAME                  for people and logs
  --scopes SCOPE,...           what it is good for:
                                 view      pictures and states of hosts
                                 control   mouse and keyboard of hosts
                                 features  starting and stopping features, but for those of power
                                 power     Reboot, PowerDown and its kin, UserLogin, UserLogoff
                                 fleet     what is about many hosts
                                 metrics   figures of this server
  --hosts HOST,...             for which hosts, in the form of WebAPI/AllowedHosts; without it for
                               all that this server may call
  --key NAME                   lets it log in with the private key NAME of this server
veyon-webapi token list        print all but the tokens themselves, which nobody keeps
veyon-webapi token revoke --name NAME
                               end it, and the connections that were opened with it

  The tokens are in the file that WebAPI/AccessTokensFile names: give it by --config or --set, as
  to the server, which takes over every change of the file by itself.`;

const optionsOfConfig = `veyon-webapi config
  --markdown                   print all settings as a Markdown table instead`;

const exitStatus = `Exit status: 0 when all went well, 1 when something failed, 2 when the command line or a setting
cannot be used.`;

/** What `veyon-webapi help` prints. scripts/release makes the manual page of it. */
export const helpText = `veyon-webapi ${version} - a server for the REST API of Veyon hosts

  veyon-webapi runserver       serve the API in the foreground, until SIGINT or SIGTERM
  veyon-webapi demo            the same in front of simulated hosts, with a page that shows them
  veyon-webapi check HOST      try everything with one host, step by step
  veyon-webapi token ACTION    create, list or revoke access tokens
  veyon-webapi config          print the settings in effect, where they come from and what they mean
  veyon-webapi help [COMMAND]  print this, or the part about one command, as COMMAND --help does
  veyon-webapi version

${settings}

${optionsOfCheck}

${optionsOfToken}

${optionsOfConfig}

${exitStatus}
`;

const ownOptions: Readonly<Partial<Record<HelpTopic, string>>> = {
  check: optionsOfCheck,
  token: optionsOfToken,
  config: optionsOfConfig,
};

/** What `veyon-webapi check --help` prints. */
export function helpAbout(topic: HelpTopic): string {
  const summary = new RegExp(`^  (veyon-webapi ${topic}\\b.*)$`, "m").exec(helpText)![1];
  // Its heading says the same.
  const own = ownOptions[topic]?.replace(/^veyon-webapi \w+( HOST +|\n)/, "");
  const parts = [summary.replace(/ {2,}/, " - "), own, settings, exitStatus];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n`;
}
