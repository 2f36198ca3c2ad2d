import { methodUuid } from "../../src/veyon/authentication-methods.ts";

/** The body of a login to a host of hosts.ts. */
export const login = (password: string) => ({
  method: methodUuid("AuthLogon"),
  credentials: { username: "teacher", password },
});
