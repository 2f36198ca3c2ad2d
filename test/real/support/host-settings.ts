import type { Account } from "./account.ts";
import type { Settings } from "./configuration.ts";
import type { AuthenticationKey } from "./keys.ts";

export interface VeyonHostOptions {
  /**
   * "xvfb": an X screen read by x11vnc. "headless": 640x480 pixels in one colour, #198cb3, and no X
   * at all.
   */
  screen?: "xvfb" | "headless";
  /** Of the X screen, default 1024x768. */
  size?: { width: number; height: number };
  /**
   * Whether x11vnc paints the mouse pointer into the picture for clients that, as the reference
   * WebAPI, do not ask for its shape; default true. Without it their pictures equal the screen in
   * every pixel.
   */
  pointer?: boolean;
  /**
   * Whether the host is on a network of its own, so that its address is no loopback address;
   * default false; `rateMbit` is what the cable carries, in Mbit/s. Only the X server stays
   * outside, which has no network: in another one it would take a display that is taken here.
   */
  network?: boolean | { readonly rateMbit: number };
  /** Default "keys". */
  authentication?: "keys" | "logon";
  /** Public keys the host knows, default `testKey()`. */
  keys?: AuthenticationKey[];
  /** Accounts that the host has beside the machine's, default `pupil`. */
  accounts?: Account[];
  /** Who of the accounts is logged on; nobody if left out. */
  user?: Account;
  /**
   * What the access rules do with whoever has authenticated, default "allow". "ask" needs a user.
   */
  access?: "allow" | "deny" | "ask";
  /** A directory that comes first in PATH, for a stub of `xdg-open`, which OpenWebsite calls. */
  pathPrefix?: string;
  /** Further settings by "Group/Key". */
  settings?: Settings;
}

export interface HostPorts {
  veyonServer: number;
  vncServer: number;
  workers: number;
  demoServer: number;
}

const headlessVncServer = "{f626f759-7691-45c0-bd4a-37171d98d219}";
const ruleActions = { deny: 2, ask: 3 };

/** The settings of a host. `publicKeys`: the directory of its keys. */
export function hostSettings(
  options: VeyonHostOptions,
  ports: HostPorts,
  publicKeys: string,
): Settings {
  return {
    "Authentication/Method": options.authentication === "logon" ? 0 : 1,
    "Authentication/PublicKeyBaseDir": publicKeys,
    "Network/VeyonServerPort": ports.veyonServer,
    "Network/VncServerPort": ports.vncServer,
    "Network/FeatureWorkerManagerPort": ports.workers,
    "Network/DemoServerPort": ports.demoServer,
    "Network/LocalConnectOnly": !options.network,
    "Logging/LogLevel": 4,
    ...(options.screen === "headless" && { "VncServer/Plugin": headlessVncServer }),
    ...(options.pointer === false && { "X11Vnc/ExtraArguments": "-nocursor" }),
    ...accessSettings(options.access ?? "allow"),
    ...options.settings,
  };
}

function accessSettings(access: "allow" | "deny" | "ask"): Settings {
  if (access === "allow") return {};
  const rule = {
    Name: `${access}-rule`,
    Description: "",
    Enabled: true,
    Action: ruleActions[access],
    Parameters: [],
    IgnoreConditions: true,
    InvertConditions: false,
  };
  return {
    "AccessControl/AccessControlRulesProcessingEnabled": true,
    "AccessControl/AccessControlRules": [rule],
  };
}

/**
 * The environment of a host, beyond what every Veyon program gets. `display`: undefined when
 * headless.
 */
export function hostEnvironment(
  options: VeyonHostOptions,
  home: string,
  display: number | undefined,
): Record<string, string> {
  return {
    PATH: [...(options.pathPrefix ? [options.pathPrefix] : []), "/usr/bin", "/bin"].join(":"),
    HOME: home,
    QT_QPA_PLATFORM: display === undefined ? "offscreen" : "xcb",
    ...(display !== undefined && { DISPLAY: `:${display}` }),
    // Without logind this is how Veyon tells a user's session from the login screen.
    ...(options.user && { USER: options.user.login, XDG_SESSION_CLASS: "user" }),
  };
}
