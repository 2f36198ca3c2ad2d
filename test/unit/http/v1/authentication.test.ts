import { afterEach, describe, expect, test } from "bun:test";
import type { Authenticator, LoginRequest } from "../../../../src/connect/authenticator.ts";
import type { HostAddress } from "../../../../src/connect/host-address.ts";
import { HostError } from "../../../../src/connect/host-error.ts";
import type { MethodProbe } from "../../../../src/connect/method-probe.ts";
import { fixture } from "../../../support/transcript.ts";
import { type FakeLogin, fakeLogin } from "../../hosts/fake-host.ts";
import { type Api, createApi, errorOf } from "../api.ts";

const pem = fixture("keys/fixture-private-TESTKEY.pem");
const authKeys = "0c69b301-81b4-42d6-8fae-128cdd113314";
const authSimple = "73430b14-ef69-4c75-a145-ba635d1cc676";
const goodBody = { method: authKeys, credentials: { keyname: "fixture", keydata: pem } };

let api: Api;
afterEach(() => api.close());

interface Scene {
  readonly logIn?: (request: LoginRequest) => void | Promise<void>;
}

/** An API whose hosts offer AuthKeys; `requests` are the logins that got as far as a host. */
function arrange({ logIn = () => {} }: Scene = {}) {
  const requests: LoginRequest[] = [];
  const logins: FakeLogin[] = [];
  const authenticator = {
    admit: async (request: LoginRequest) => {
      requests.push(request);
      if (request.method !== "AuthKeys")
        throw new HostError("method-not-offered", "offers AuthKeys");
      const credentials = await request.credentials(request.method);
      await logIn(request);
      const login = fakeLogin();
      logins.push(login);
      return { loggedIn: login.loggedIn, credentials };
    },
  } as unknown as Authenticator;
  const asked: HostAddress[] = [];
  const probe = {
    methods: async (address: HostAddress) => {
      asked.push(address);
      return ["AuthLogon", "AuthKeys"];
    },
  } as unknown as MethodProbe;
  api = createApi({ authenticator, probe });
  const hostsClosed = () => logins.filter(({ isClosed }) => isClosed()).length;
  return { requests, asked, hostsClosed };
}

function post(body: unknown, host = "pc-07", signal?: AbortSignal): Promise<Response> {
  return Promise.resolve(
    api.app.request(`/api/v1/authentication/${host}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    }),
  );
}

async function expectError(response: Response, status: number, code: number): Promise<void> {
  expect(response.status).toBe(status);
  expect((await errorOf(response)).code).toBe(code);
}

describe("GET", () => {
  test.each([
    ["pc-07", "pc-07", 11100],
    ["pc-07:11200", "pc-07", 11200],
    ["pc-07%3A11200", "pc-07", 11200],
    ["[::1]:11200", "::1", 11200],
    ["%5B::1%5D:11200", "::1", 11200],
    ["::1", "::1", 11100],
  ])("authentication/%s", async (written, host, port) => {
    const { asked } = arrange();
    const response = await api.app.request(`/api/v1/authentication/${written}`);
    expect(await response.text()).toBe(
      `{"methods":["63611f7c-b457-42c7-832e-67d0f9281085","${authKeys}"]}`,
    );
    expect(asked).toEqual([{ host, port }]);
  });

  test.each(["name:", "user@name", "%20name", "name:86636", "%00"])(
    "authentication/%s is no host",
    async (written) => {
      arrange();
      await expectError(await api.app.request(`/api/v1/authentication/${written}`), 408, 8);
    },
  );
});

describe("POST", () => {
  test("opens a connection", async () => {
    const { requests } = arrange();
    const startedAtSeconds = Math.floor(Date.now() / 1000);
    const response = await post(goodBody, "pc-07:11200");
    const text = await response.text();
    expect(text).toMatch(/^\{"connection-uid":"[0-9a-f-]{36}","validUntil":\d+\}$/);
    const { "connection-uid": uid, validUntil } = JSON.parse(text);
    expect(validUntil - startedAtSeconds).toBeWithin(3600, 3603);
    expect(api.connections.find(uid)).not.toBeNull();
    expect(requests[0].address).toEqual({ host: "pc-07", port: 11200 });
    expect(requests[0].method).toBe("AuthKeys");
  });

  test.each([`{${authKeys}}`, authKeys.toUpperCase(), `{${authKeys.toUpperCase()}}`])(
    "with the method written %s",
    async (method) => {
      arrange();
      expect((await post({ ...goodBody, method })).status).toBe(200);
    },
  );

  test.each([
    "",
    "garbage",
    "[]",
    {},
    { method: null },
    { method: 5 },
    { method: "xyz" },
    { method: "" },
  ])("without a method nobody is asked: %j", async (body) => {
    const { requests } = arrange();
    await expectError(await post(body), 400, 1);
    expect(requests).toEqual([]);
  });

  test("a method that is not known or not offered, before the credentials", async () => {
    const { requests } = arrange();
    await expectError(await post({ method: authSimple }), 400, 5);
    await expectError(await post({ method: "11111111-1111-1111-1111-111111111111" }), 400, 5);
    expect(requests.map(({ method }) => method)).toEqual(["AuthSimple", null]);
  });

  test.each([{}, { credentials: null }, { credentials: "x" }, { credentials: { keyname: "a" } }])(
    "credentials that are missing or incomplete: %j",
    async (rest) => {
      arrange();
      await expectError(await post({ method: authKeys, ...rest }), 400, 4);
    },
  );

  test("no place left, before anything else", async () => {
    const { requests, hostsClosed } = arrange();
    expect((await post(goodBody)).status).toBe(200);
    await expectError(await post("garbage"), 429, 7);
    expect(requests).toHaveLength(1);
    expect(hostsClosed()).toBe(0);
  });

  test("the last place taken while logging in: the host is closed again", async () => {
    const { hostsClosed } = arrange();
    const responses = await Promise.all([post(goodBody), post(goodBody)]);
    expect(responses.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 429]);
    expect(hostsClosed()).toBe(1);
  });

  test("a caller that has gone leaves nothing behind", async () => {
    const caller = new AbortController();
    const { hostsClosed, requests } = arrange({ logIn: () => caller.abort() });
    await post(goodBody, "pc-07", caller.signal);
    expect(requests[0].signal.aborted).toBe(true);
    expect(hostsClosed()).toBe(1);
    expect(api.connections.isFull).toBe(false);
  });

  test.each([
    ["refused", 408, 8],
    ["credentials-refused", 401, 6],
    ["no-method", 501, 12],
  ] as const)("a host that is %s", async (failure, status, code) => {
    arrange({ logIn: () => Promise.reject(new HostError(failure, "the reason")) });
    await expectError(await post(goodBody), status, code);
    expect(api.lines.join()).not.toContain(pem.split("\n")[1]);
  });
});

describe("the audit", () => {
  const auditLines = () =>
    api.lines
      .filter((line) => line.includes(" level=audit "))
      .map((line) =>
        line.replace(/^.*level=audit /, "").replace(/request=[0-9a-f]{8}-/, "request="),
      );

  test("has who has logged in where, and what came of it", async () => {
    arrange();
    await post(goodBody);
    await post(goodBody);
    api.connections.closeAll("DELETE");
    await post({ method: authSimple });
    await post("garbage");
    expect(auditLines()).toEqual([
      "event=login host=pc-07:11100 method=AuthKeys key=fixture outcome=ok connection=2 request=1",
      "event=login host=pc-07:11100 outcome=failed error=7 request=2",
      "event=login host=pc-07:11100 method=AuthSimple outcome=failed error=5 request=3",
      "event=login host=pc-07:11100 outcome=failed error=1 request=4",
    ]);
  });

  test("names who is refused only if a host has let him in before", async () => {
    let isRefusing = true;
    arrange({
      logIn: () =>
        isRefusing
          ? Promise.reject(new HostError("credentials-refused", "the reason"))
          : Promise.resolve(),
    });
    await post({ ...goodBody, credentials: { keyname: "Pässw0rd", keydata: pem } });
    isRefusing = false;
    await post(goodBody);
    api.connections.closeAll("DELETE");
    isRefusing = true;
    await post(goodBody);
    expect(auditLines().map((line) => line.replace(/^.* key=| request.*$/g, ""))).toEqual([
      "[unknown] outcome=failed error=6",
      "fixture outcome=ok connection=2",
      "fixture outcome=failed error=6",
    ]);
    expect(api.lines.join()).not.toContain("ssw0rd");
  });
});

describe("DELETE", () => {
  test.each([
    "authentication/pc-07",
    "authentication/some.other.host",
    "authentication/",
    "authentication",
  ])("%s closes the connection of the header", async (path) => {
    arrange();
    const response = await api.request("DELETE", path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("{}");
    expect(api.connections.find(api.uid)).toBeNull();
    await expectError(await api.request("DELETE", path), 401, 2);
  });

  test("without the header", async () => {
    arrange();
    const path = "/api/v1/authentication/pc-07";
    await expectError(await api.app.request(path, { method: "DELETE" }), 401, 2);
    expect(api.connections.find(api.uid)).not.toBeNull();
  });
});
