const authLogon = "63611f7c-b457-42c7-832e-67d0f9281085";

/** The body of a login to a host of hosts.ts. */
export const login = (password: string) => ({
  method: authLogon,
  credentials: { username: "teacher", password },
});
