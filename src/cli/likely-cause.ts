import { ProtocolError } from "../bytes/errors.ts";
import type { HostError, HostFailure } from "../connect/host-error.ts";
import { MemoryBudgetError } from "../scheduling/memory-budget.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";

/** What a failure is to be understood by. */
export interface FailureContext {
  /** Of the check. */
  readonly step: string;
  /** With which a login was tried; null: none was. */
  readonly method: AuthenticationMethod | null;
  /** What the host offers, as far as it has said so. */
  readonly offered: readonly AuthenticationMethod[];
}

/** What a person had better look at first. */
export function likelyCause(error: HostError, context: FailureContext): string {
  // The reason says it all, and the host is a Veyon Server.
  if (error.cause instanceof MemoryBudgetError) return "";
  if (error.cause instanceof ProtocolError && !untilLogin.includes(context.step)) return "";
  const { failure } = error;
  switch (failure) {
    case "silent":
      return silentCause(context);
    case "method-not-offered":
      return `another method is enabled there: use ${loginFlags(context.offered)}`;
    case "credentials-refused":
      return context.method === null ? "" : refusedCauses[context.method];
    default:
      return causes[failure];
  }
}

/** Steps at which what answers may be something else. */
const untilLogin = ["name", "connect", "greeting", "methods", "key", "password", "login"];

const causes: Record<
  Exclude<HostFailure, "silent" | "method-not-offered" | "credentials-refused">,
  string
> = {
  "bad-address": "",
  "unknown-name":
    "the name is misspelt, or the name server of this computer does not know it: try the full name, or the IP address",
  "no-name-server":
    "the network of this computer is down, or its name server does not answer: try the IP address",
  refused:
    "the computer is on, and no Veyon Server listens on this port: is Veyon installed, does its service run, on which port? Or a firewall or router on the way refuses",
  "no-neighbour": "the computer is off or asleep, or has another IP address now",
  "no-route":
    "this computer is not in a network that leads there: is its cable, Wi-Fi or VPN connected, is the address right?",
  "timed-out":
    "a firewall drops the connection, or the computer is off in a network behind a router",
  "not-veyon":
    "the port belongs to something else: the Veyon Server's is 11100 unless it is configured otherwise, 11080 is the WebAPI's",
  "hung-up":
    "the Veyon Server there has as many connections as it takes, or another program uses this port",
  untrusted:
    "the computer has the certificate that Veyon makes by itself, or one that is expired, for another name, or not for servers",
  unencrypted: "Veyon 4 runs on that computer, or somebody answers in its place",
  "no-method": "no authentication method is enabled in the configuration of that computer",
  "access-denied": "the computer's access rules, or its user, do not allow this login",
  "not-allowed": "the settings here, not the computer, refuse it",
  lost: "the Veyon Server there has ended, or the network is interrupted",
  cancelled: "",
  overloaded: "",
  "no-descriptors": "other programs of this user have too many files open, or the limit is too low",
};

function silentCause({ step, method }: FailureContext): string {
  const busy = "the Veyon Server there is busy or hangs";
  switch (step) {
    case "greeting":
      return `${busy}, or another program uses this port`;
    case "login":
      return method === "AuthLogon" || method === "AuthLDAP"
        ? `${busy}, or waits for a domain or directory that does not answer`
        : busy;
    case "access":
      return "the computer's user has been asked for permission and has not answered";
    case "picture":
      return "nothing has drawn a screen there: is anybody logged on, is a display connected?";
    default:
      return busy;
  }
}

const refusedCauses: Record<AuthenticationMethod, string> = {
  AuthKeys:
    "the computer has no public key of this name, or not the one that belongs to this private key",
  AuthLogon:
    "the user name or the password is wrong: wanted is an account of that computer, or of its domain as DOMAIN\\user",
  AuthLDAP:
    "the user name or the password is wrong: wanted is one of the directory, perhaps with the whole DN as user name",
  AuthSimple:
    "the password is wrong: wanted is the one in the Veyon configuration of that computer",
};

/** How a login by one of these methods is given on the command line. */
export function loginFlags(offered: readonly AuthenticationMethod[]): string {
  // Where there are both, the flag means the computer's own accounts.
  const usable = offered.filter((each) => each !== "AuthLDAP" || !offered.includes("AuthLogon"));
  return usable.map((each) => flagsOf[each]).join(", or ");
}

const flagsOf: Record<AuthenticationMethod, string> = {
  AuthKeys: "--key-name with --key-file",
  AuthLogon: "--user with an account of that computer",
  AuthLDAP: "--user with an account of the directory",
  AuthSimple: "--password",
};
