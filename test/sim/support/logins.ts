/** The ways to sign in: what a simulated host has to know, and what the API is told. */
import type { SimCredentials } from "../../../src/sim/sim-options.ts";
import { fixtureLogin } from "./api-client.ts";
import { publicKey } from "./fixture-host.ts";
import { fixture } from "../../support/transcript.ts";

const password = "Fixture-Pässw0rd";
const sharedPassword = "Lehrerzimmer ✓";

/** A fixed one: to make one takes a second of the test's time. */
const passwordPrivateKey = fixture("keys/fixture-logon-server-TESTKEY.pem");

export const methodUuids = {
  AuthKeys: "0c69b301-81b4-42d6-8fae-128cdd113314",
  AuthLogon: "63611f7c-b457-42c7-832e-67d0f9281085",
  AuthLDAP: "6f0a491e-c1c6-4338-8244-f823b0bf8670",
  AuthSimple: "73430b14-ef69-4c75-a145-ba635d1cc676",
} as const;

export interface Login {
  readonly name: keyof typeof methodUuids;
  readonly host: SimCredentials;
  readonly body: { readonly method: string; readonly credentials: Record<string, string> };
  /** Credentials of the right form that the host does not take. */
  readonly wrong: Readonly<Record<string, string>>;
}

const account = (name: "AuthLogon" | "AuthLDAP", host: SimCredentials): Login => ({
  name,
  host: { ...host, passwordPrivateKey },
  body: { method: methodUuids[name], credentials: { username: "vyfixture", password } },
  wrong: { username: "vyfixture", password: "wrong" },
});

export const logins: readonly Login[] = [
  {
    name: "AuthKeys",
    host: { publicKeys: { fixture: publicKey } },
    body: fixtureLogin,
    wrong: { ...fixtureLogin.credentials, keyname: "other" },
  },
  account("AuthLogon", { accounts: { vyfixture: password } }),
  account("AuthLDAP", { ldapAccounts: { vyfixture: password } }),
  {
    name: "AuthSimple",
    host: { sharedPassword, passwordPrivateKey },
    body: { method: methodUuids.AuthSimple, credentials: { password: sharedPassword } },
    wrong: { password: "wrong" },
  },
];

export const loginWith = Object.fromEntries(logins.map((one) => [one.name, one])) as Record<
  Login["name"],
  Login
>;
