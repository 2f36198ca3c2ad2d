/** POST ticket. What tickets open has tests of its own. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { WatchedHost } from "../../../../src/watch/watched-host.ts";
import { type Api, createApi, errorOf } from "../api.ts";

let api: Api;

beforeEach(() => (api = createApi()));
afterEach(() => api.close());

const ask = (body?: unknown) =>
  api.request("POST", "ticket", typeof body === "object" ? JSON.stringify(body) : undefined);

describe("POST ticket", () => {
  test("gives a ticket that is good for 30 s", async () => {
    const beforeS = Math.floor(Date.now() / 1000);
    for (const body of [undefined, {}, { scope: "control" }, { uids: [api.uid] }]) {
      const response = await ask(body);
      expect(response.status).toBe(200);
      const answer = (await response.json()) as { ticket: string; validUntil: number };
      expect(Object.keys(answer)).toEqual(["ticket", "validUntil"]);
      expect(answer.ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(answer.validUntil - beforeS).toBeWithin(30, 33);
    }
  });

  test("takes any connection that is open, in braces or not", async () => {
    const other = api.connections.add({ close() {} } as unknown as WatchedHost, "")!;
    const uids = [`{${other.uid.toUpperCase()}}`, api.uid];
    expect((await ask({ uids })).status).toBe(200);
  });

  test.each([
    [{ scope: "all" }, 'scope Invalid option: expected one of "view"|"control"'],
    [{ uids: [] }, "uids Too small: expected array to have >=1 items"],
    [{ uids: "x" }, "uids Invalid input: expected array, received string"],
    [{ uids: [7] }, "uids.0 is a number, wanted a Connection-Uid"],
  ])("refuses %j", async (body, details) => {
    const response = await ask(body);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 1, details });
  });

  test("refuses a connection that is there twice, and a body that is no object", async () => {
    const twice = await ask({ uids: [api.uid, api.uid] });
    expect(await errorOf(twice)).toMatchObject({ code: 1, details: "uids has a connection twice" });
    const list = await api.request("POST", "ticket", "[]");
    expect(await errorOf(list)).toMatchObject({
      code: 1,
      details: "the body is JSON, but not an object",
    });
  });

  test("refuses a connection that is not open, and does not say its uid", async () => {
    const response = await ask({ uids: [api.uid, randomUUID()] });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toMatchObject({
      code: 2,
      details: "uids.1 is unknown: this server has not given it out, or long ago",
    });
  });

  test("needs the header, and is one of 64", async () => {
    const without = await api.app.request("/api/v1/ticket", { method: "POST" });
    expect(without.status).toBe(401);
    expect(await errorOf(without)).toMatchObject({
      code: 2,
      details: "the header Connection-Uid is missing",
    });
    for (let i = 0; i < 64; i++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(await errorOf(refused)).toMatchObject({ code: 7 });
  });

  test("other methods are unknown, as everywhere", async () => {
    expect((await api.request("GET", "ticket")).status).toBe(404);
  });
});
