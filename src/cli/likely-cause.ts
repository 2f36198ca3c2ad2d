import type { HostFailure } from "../hosts/host-error.ts";

/** What a person had better look at first, by what has failed. */
export const likelyCause: Record<HostFailure, string> = {
  unreachable:
    "the computer is off, its name or port is wrong, a firewall is in between, or no Veyon Server runs there",
  silent:
    "the Veyon Server is busy or hangs, or its user has been asked for permission and has not answered",
  "not-veyon": "another program uses this port, or the Veyon Server there is of an unknown kind",
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
