/** What holds for all routes: unknown ones, the connection header, the log. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
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

const notFound = "Invalid command or non-matching HTTP method";

test.each([
  ["GET", "/"],
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

  test("missing, unknown or of another form", async () => {
    const { uid } = api;
    const others = ["", "x", "4cb773c6-5e87-4e89-8c53-e9c5fb503aef", uid.replaceAll("-", "")];
    for (const value of [...others, `${uid}, ${uid}`, `{${uid}`]) {
      const response = await request({ "Connection-Uid": value });
      expect(response.status).toBe(401);
      expect(await errorOf(response)).toEqual({ code: 2, message: "Invalid connection" });
    }
    expect((await request({})).status).toBe(401);
    const query = await api.app.request(`/api/v1/user?Connection-Uid=${uid}`);
    expect(query.status).toBe(401);
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
    api.session.refreshUser = async () => void jest.advanceTimersByTime(59_999);
    jest.advanceTimersByTime(59_999);
    expect((await api.request("GET", "user")).status).toBe(200);
    jest.advanceTimersByTime(59_999);
    expect(api.pool.find(api.uid)).not.toBeNull();
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
    api.session.state.user = user;
    api.session.sessionId = sessionId;
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
  api.session.refreshUser = () => Promise.reject(new TypeError("secret detail"));
  const response = await api.request("GET", "user");
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"error":{"code":500,"message":"Internal error"}}');
  expect(api.lines.join()).toContain("secret detail");
});

describe("the log", () => {
  test("has one line for each request, answered or not found", async () => {
    await api.request("GET", "user");
    await api.request("GET", "nope");
    await api.request("PUT", "feature/garbage");
    const fields = api.lines.map((line) =>
      line.replace(/^.*event=/, "").replace(/ms=[\d.]+/, "ms"),
    );
    expect(fields).toEqual([
      "request method=GET path=/api/v1/user status=200 ms connection=1 request=1",
      "request method=GET path=/api/v1/nope status=404 ms request=2",
      "request method=PUT path=/api/v1/feature/garbage status=400 ms connection=1 request=3",
    ]);
  });

  test("has neither the uid nor the query nor the body", async () => {
    await api.request("GET", "user?password=Pässw0rd");
    await api.request("PUT", "feature/garbage", '{"password":"Pässw0rd"}');
    const text = api.lines.join("\n");
    expect(text).not.toContain(api.uid);
    expect(text).not.toContain("ssw0rd");
  });
});
