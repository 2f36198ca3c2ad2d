import type { HostFailure } from "../hosts/host-error.ts";

/** What a person had better look at first, by what has failed. */
export const likelyCause: Record<HostFailure, string> = {
  "bad-address": "",
  "unknown-name": "the name is misspelt, or the name server of this computer does not know it",
  "no-name-server": "the network of this computer is down, or its name server does not answer",
  refused: "no Veyon Server listens on this port, or a firewall on the way refuses",
  "no-neighbour": "the computer is off or asleep, or has another IP address now",
  "no-route": "this computer is not in a network that leads there",
  "timed-out":
    "a firewall drops the connection, or the computer is off in a network behind a router",
  silent:
    "the Veyon Server is busy or hangs, or its user has been asked for permission and has not answered",
  "not-veyon": "another program uses this port, or the Veyon Server there is of an unknown kind",
  "hung-up":
    "the Veyon Server there has as many connections as it takes, or another program uses this port",
  untrusted:
    "the computer has the certificate that Veyon makes by itself, or one that is expired or for another name",
  "no-method": "no authentication method is enabled in the configuration of that computer",
  "method-not-offered":
    "the computer is configured for another method: --key-name with --key-file, --user, or --password",
  "credentials-refused":
    "wrong user name, password or key, or the computer has no public key under this key name",
  "access-denied": "the computer's access rules, or its user, do not allow this login",
  lost: "the Veyon Server there has ended, or the network is interrupted",
  cancelled: "",
};
