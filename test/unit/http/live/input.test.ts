/** POST input: what is not seen from outside. What it does to a host has tests of its own. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Api, createApi } from "../api.ts";

let api: Api;

beforeEach(() => (api = createApi()));
afterEach(() => api.close());

test.each(["pointer", "key", "clipboard"])(
  "the connection is not idle while input/%s is answered, and is afterwards",
  async (what) => {
    const { connections } = api;
    const held: string[] = [];
    const hold = connections.hold.bind(connections);
    connections.hold = (uid) => {
      held.push("held");
      const release = hold(uid);
      return () => {
        held.push("released");
        release();
      };
    };
    const response = await api.request("POST", `input/${what}`, "{}");
    expect([response.status, held]).toEqual([400, ["held", "released"]]);
  },
);
