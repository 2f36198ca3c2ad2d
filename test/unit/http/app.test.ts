/** What holds for all routes: unknown ones, the connection header, the log. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { type Api, createApi, errorOf } from "./api.ts";

let api: Api;

beforeEach(() => {
  jest.useFakeTimers();
  api = createApi();
});

afterEach(() => {
  api.close();
  jest.useRealTimers();
});

const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const notFound = "Invalid command or non-matching HTTP method";

test.each([
  ["GET", "/api/v1"],
  ["GET", "/api/v1/nope"],
  ["GET", "/api/v2/user"],
  ["GET", "/api/v1/User"],
  ["GET", "/api/v1/user/"],
  ["GET", "/api/v1/feature/"],
  ["GET", "/api/v1/authentication"],
  ["GET", "/api/v1/authentication/"],
  ["GET", "/api/v1/authentication/a/b"],
  ["POST", "/api/v1/user"],
  ["PUT", "/api/v1/feature"],
  ["PUT", "/api/v1/user"],
  ["DELETE", "/api/v1/user"],
  ["PATCH", "/api/v1/user"],
  ["OPTIONS", "/api/v1/user"],
])("%s %s is unknown", async (method, path) => {
  const headers = { "Connection-Uid": api.uid };
  const response = await api.app.request(path, { method, headers });
  expect(response.status).toBe(404);
  expect(response.headers.get("Content-Type")).toBe("text/plain");
  expect(await response.text()).toBe(notFound);
});

test("HEAD is unknown everywhere", async () => {
  const response = await api.request("HEAD", "user");
  expect(response.status).toBe(404);
  expect(await response.text()).toBe("");
});

describe("the header Connection-Uid", () => {
  const request = (headers: Record<string, string>) => api.app.request("/api/v1/user", { headers });

  test("in any spelling that QUuid reads", async () => {
    const { uid } = api;
    for (const name of ["Connection-Uid", "connection-uid", "CONNECTION-UID"]) {
      for (const value of [uid, `{${uid}}`, uid.toUpperCase(), ` ${uid} `]) {
        expect((await request({ [name]: value })).status).toBe(200);
      }
    }
  });

  test.each<[string, (uid: string) => string | null, string]>([
    ["missing", () => null, "the header Connection-Uid is missing"],
    ["empty", () => "", "Connection-Uid is malformed: it is no UUID"],
    ["a word", () => "x", "Connection-Uid is malformed: it is no UUID"],
    [
      "without dashes",
      (uid) => uid.replaceAll("-", ""),
      "Connection-Uid is malformed: it is no UUID",
    ],
    ["twice", (uid) => `${uid}, ${uid}`, "Connection-Uid is malformed: it is no UUID"],
    ["half in braces", (uid) => `{${uid}`, "Connection-Uid is malformed: it is no UUID"],
    [
      "unknown",
      () => "4cb773c6-5e87-4e89-8c53-e9c5fb503aef",
      "Connection-Uid is unknown: this server has not given it out, or long ago",
    ],
  ])("%s is answered by 401 and says so", async (_, header, details) => {
    const value = header(api.uid);
    const response = await request(value === null ? {} : { "Connection-Uid": value });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toEqual({ code: 2, details, message: "Invalid connection" });
    if (value !== null && value !== "") expect(api.lines.join()).not.toContain(value);
  });

  test("in the query is none", async () => {
    const query = await api.app.request(`/api/v1/user?Connection-Uid=${api.uid}`);
    expect(query.status).toBe(401);
  });

  test.each<[string, () => void, string]>([
    [
      "idle",
      () => jest.advanceTimersByTime(60_000),
      "after 60 s without a request (WebAPI/ConnectionIdleTimeout)",
    ],
    [
      "old",
      () => {
        for (let time = 0; time < 3600_000; time += 30_000) {
          api.connections.hold(api.uid)();
          jest.advanceTimersByTime(30_000);
        }
      },
      "at the end of its lifetime of 1 h (WebAPI/ConnectionLifetime)",
    ],
    ["closed", () => api.connections.close(api.uid, "DELETE"), "by DELETE authentication"],
    ["stopped", () => api.connections.closeAll("shutdown"), "since the server stops"],
  ])("of a connection that is %s says why it is closed", async (_, close, why) => {
    close();
    const response = await request({ "Connection-Uid": api.uid });
    expect(response.status).toBe(401);
    const { details } = await errorOf(response);
    expect(details).toBe(`the connection is closed ${why}`);
  });

  test("of a connection that is closed while its request is in hand says why as well", async () => {
    api.session.state.refreshUser = async () => {
      api.connections.close(api.uid, "DELETE");
      throw new HostError("lost", "the connection has been closed");
    };
    const response = await api.request("GET", "user");
    expect(response.status).toBe(401);
    expect((await errorOf(response)).details).toBe(
      "the connection is closed by DELETE authentication",
    );
  });

  test("restarts the idle time, also when the answer is an error", async () => {
    for (let count = 0; count < 5; count++) {
      jest.advanceTimersByTime(59_999);
      expect((await api.request("PUT", "feature/garbage")).status).toBe(400);
    }
    jest.advanceTimersByTime(60_000);
    expect((await api.request("GET", "user")).status).toBe(401);
  });

  test("restarts the idle time when the request comes and when it is answered", async () => {
    api.session.state.refreshUser = async () => void jest.advanceTimersByTime(59_999);
    jest.advanceTimersByTime(59_999);
    expect((await api.request("GET", "user")).status).toBe(200);
    jest.advanceTimersByTime(59_999);
    expect(api.connections.find(api.uid)).not.toBeNull();
  });
});

describe("user and session", () => {
  test.each([
    [null, -1, '{"fullName":"","login":"","session":-1}'],
    [{ login: "", fullName: "", sessionId: -1 }, 3, '{"fullName":"","login":"","session":-1}'],
    [
      { login: "vyfixture", fullName: "Fixture Pupil", sessionId: 0 },
      0,
      '{"fullName":"Fixture Pupil","login":"vyfixture","session":0}',
    ],
  ])("user %j", async (user, sessionId, body) => {
    api.session.state.known.user = user;
    api.session.state.sessionId = sessionId;
    const response = await api.request("GET", "user");
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(await response.text()).toBe(body);
  });

  test("session, with the keys in the order of the reference", async () => {
    api.session.sessionInfo = {
      sessionId: 0,
      uptimeSeconds: -1,
      hostName: "vm",
      clientAddress: "",
      clientName: "",
    };
    expect(await (await api.request("GET", "session")).text()).toBe(
      '{"sessionClientAddress":"","sessionClientName":"","sessionHostName":"vm","sessionId":0,"sessionUptime":-1}',
    );
  });
});

test("a fault of ours is logged whole and answered bare", async () => {
  api.session.state.refreshUser = () => Promise.reject(new TypeError("secret detail"));
  const response = await api.request("GET", "user");
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"error":{"code":500,"message":"Internal error"}}');
  expect(api.lines.join()).toContain("secret detail");
});

describe("X-Request-Id", () => {
  const get = (id?: string, path = "/api/v1/user") =>
    api.app.request(path, { headers: id === undefined ? {} : { "X-Request-Id": id } });
  const made = /^[0-9a-f]{8}-\d+$/;

  test.each([
    "4cb773c6-5e87-4e89-8c53-e9c5fb503aef",
    "0af7651916cd43dd8448eb211c80319c",
    "portal:42/a.b_c+d=@e",
    "x".repeat(128),
  ])("%s is taken over, answered, and in the log", async (id) => {
    expect((await get(id)).headers.get("X-Request-Id")).toBe(id);
    expect((await get(id, "/nope")).headers.get("X-Request-Id")).toBe(id);
    for (const line of api.lines) {
      expect(line).toEndWith(` request=${id.includes("=") ? JSON.stringify(id) : id}`);
    }
    expect(api.lines).toHaveLength(2);
  });

  test.each(["", "two words", 'a"b', "x".repeat(129), "é", "a, b"])(
    "%p is replaced by one that is made, which is answered",
    async (id) => {
      const answered = (await get(id)).headers.get("X-Request-Id");
      expect(answered).toMatch(made);
      expect(api.lines[0]).toEndWith(` request=${answered}`);
      if (id !== "") expect(api.lines[0]).not.toContain(id);
    },
  );

  test("that is a Connection-Uid is replaced, be it open or closed", async () => {
    const { uid } = api;
    expect((await get(uid)).headers.get("X-Request-Id")).toMatch(made);
    expect((await get(`{${uid.toUpperCase()}}`)).headers.get("X-Request-Id")).toMatch(made);
    api.connections.close(uid, "DELETE");
    expect((await get(uid)).headers.get("X-Request-Id")).toMatch(made);
    expect(api.lines.join().toLowerCase()).not.toContain(uid);
  });

  test("is not answered to a request without one, unless a setting says so", async () => {
    expect((await get()).headers.has("X-Request-Id")).toBe(false);
    const always = createApi({ answersRequestIds: true });
    const ids = [await always.request("GET", "user"), await always.request("GET", "user")].map(
      ({ headers }) => headers.get("X-Request-Id"),
    );
    always.close();
    expect(ids[0]).toMatch(made);
    expect(ids[1]).not.toBe(ids[0]);
    expect(always.lines.map((line) => / request=(.*)$/.exec(line)?.[1])).toEqual(ids.map(String));
  });

  test("is in the line of a fault of ours", async () => {
    api.session.state.refreshUser = () => Promise.reject(new TypeError("x"));
    await api.app.request("/api/v1/user", {
      headers: { "Connection-Uid": api.uid, "X-Request-Id": "portal-1" },
    });
    expect(api.lines.filter((line) => line.includes(" request=portal-1"))).toHaveLength(2);
  });
});

describe("the log", () => {
  test("has one line for each request, answered or not found", async () => {
    await api.request("GET", "user");
    await api.request("GET", "nope");
    await api.request("PUT", `feature/${screenLock}`, "{}");
    await api.app.request("/api/v1/user");
    const fields = api.lines.map((line) =>
      line
        .replace(/^.*event=/, "")
        .replace(/ms=[\d.]+/, "ms")
        .replace(/[0-9a-f]{8}-(?=\d+$)/, ""),
    );
    expect(fields).toEqual([
      "request method=GET path=/api/v1/user status=200 ms host=pc-07:11100 connection=1 request=1",
      "request method=GET path=/api/v1/nope status=404 ms request=2",
      `request method=PUT path=/api/v1/feature/${screenLock} status=400 error=1 details="active is missing" ms host=pc-07:11100 connection=1 request=3`,
      'request method=GET path=/api/v1/user status=401 error=2 details="the header Connection-Uid is missing" ms request=4',
    ]);
  });

  test("has no uid, wherever a client has put it, and no password before a host", async () => {
    const { uid } = api;
    const probe = {
      methods: () => Promise.reject(new HostError("bad-address", `${uid} is no host`)),
    };
    const other = createApi({ probe: probe as never });
    for (const path of [
      `authentication/${uid}`,
      `authentication/${uid.toUpperCase()}:11100`,
      `feature/${uid}`,
      `user/${uid}`,
      `hoststate/teacher:Pässw0rd@`,
      `hoststate/teacher%3AP%C3%A4ssw0rd%40:1`,
      `framebuffer%3Fuid=Pässw0rd`,
    ]) {
      expect((await other.request("GET", path)).status).toBeLessThan(500);
    }
    other.close();
    const text = decodeURIComponent(other.lines.join("\n")).toLowerCase();
    expect(text).not.toContain(uid);
    expect(text).not.toContain("ssw0rd");
    expect(text).toContain("path=/api/v1/authentication/[uid]");
    expect(text).toContain('details="[uid] is no host"');
  });

  test("names the features that requests are about", async () => {
    await api.request("GET", `feature/${screenLock}`);
    expect(api.lines.join()).toContain(`path=/api/v1/feature/${screenLock} `);
  });

  test("has neither the uid nor the query nor the body", async () => {
    await api.request("GET", "user?password=Pässw0rd");
    await api.request("PUT", "feature/garbage", '{"password":"Pässw0rd"}');
    const text = api.lines.join("\n");
    expect(text).not.toContain(api.uid);
    expect(text).not.toContain("ssw0rd");
  });
});
