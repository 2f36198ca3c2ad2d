import { afterEach, describe, expect, test } from "bun:test";
import { HostError } from "../../../../src/connect/host-error.ts";
import { type Api, createApi, errorOf } from "../api.ts";
import { decodeSent } from "./recorded-puts.ts";

const lock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const demo = "6f4cd922-b63e-40bf-9451-536065c7cdf9";

let api: Api;
afterEach(() => api.close());

/** The command that goes out for a value of `active`. */
async function commandFor(active: unknown): Promise<string> {
  api = createApi();
  const body = JSON.stringify({ active });
  const response = await api.request("PUT", `feature/${lock}`, body);
  expect(response.status).toBe(200);
  expect(api.session.sent).toHaveLength(1);
  return decodeSent(api.session.sent[0]).command === 0 ? "start" : "stop";
}

describe("active", () => {
  test.each([true, 1, -1, 0.5, 1e300, "true", "TRUE", "1", "yes", "on", "no", " ", "00", "false "])(
    "%j starts",
    async (active) => expect(await commandFor(active)).toBe("start"),
  );

  test.each([
    ["false", false],
    ["0", 0],
    ["-0", -0],
    ["null", null],
    ["[]", []],
    ["[1]", [1]],
    ["{}", {}],
    ['""', ""],
    ['"0"', "0"],
    ['"false"', "false"],
    ['"FALSE"', "FALSE"],
    ['"False"', "False"],
  ])("%s stops", async (_json, active) => expect(await commandFor(active)).toBe("stop"));

  test.each([
    ["{}", "active is missing"],
    ['{"arguments":{}}', "active is missing"],
    ['{"Active":true}', "active is missing"],
    ["", "the body is empty"],
    ["[]", "the body is JSON, but not an object"],
    ["garbage", "the body is not JSON"],
  ])("is missing in %j", async (body, details) => {
    api = createApi();
    const response = await api.request("PUT", `feature/${lock}`, body);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({ code: 1, details, message: "Invalid data" });
    expect(api.session.sent).toEqual([]);
  });
});

describe("PUT", () => {
  test.each([lock, `{${lock}}`, lock.toUpperCase(), `%7B${lock}%7D`])("feature/%s", async (uid) => {
    api = createApi();
    const response = await api.request("PUT", `feature/${uid}`, '{"active":true}');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("{}");
    expect(api.session.sent).toHaveLength(1);
  });

  test.each(["11111111-1111-1111-1111-111111111111", "garbage", lock.replaceAll("-", "")])(
    "feature/%s is unknown, whatever the body",
    async (uid) => {
      api = createApi();
      for (const body of ['{"active":true}', "garbage"]) {
        const response = await api.request("PUT", `feature/${uid}`, body);
        expect(response.status).toBe(400);
        expect(await errorOf(response)).toEqual({ code: 3, message: "Invalid feature" });
      }
    },
  );

  test("the connection is looked at first", async () => {
    api = createApi();
    const response = await api.app.request("/api/v1/feature/garbage", { method: "PUT" });
    expect(response.status).toBe(401);
  });

  test("what cannot be started says so", async () => {
    api = createApi();
    const response = await api.request("PUT", `feature/${demo}`, '{"active":true}');
    expect(await errorOf(response)).toEqual({
      code: 3,
      details: "Demo cannot be started through this API",
      message: "Invalid feature",
    });
    expect((await api.request("PUT", `feature/${demo}`, '{"active":false}')).status).toBe(200);
  });

  test("an argument that is wrong is named, and not shown", async () => {
    api = createApi();
    const body = { active: true, arguments: { username: "bob", password: ["Pässw0rd"] } };
    const uid = "7310707d-3918-460d-a949-65bd152cb958";
    const response = await api.request("PUT", `feature/${uid}`, JSON.stringify(body));
    expect(await errorOf(response)).toEqual({
      code: 1,
      details: "arguments of UserLogin: password is a list, wanted a text",
      message: "Invalid data",
    });
    expect(api.lines.join()).not.toContain("ssw0rd");
  });

  test("a host that is gone and does not come back", async () => {
    api = createApi();
    const waits: number[] = [];
    api.host.sessionWithin = (waitMaxMs) => {
      waits.push(waitMaxMs);
      return Promise.reject(new HostError("lost", "the host closed the connection"));
    };
    const response = await api.request("PUT", `feature/${lock}`, '{"active":true}');
    expect(response.status).toBe(408);
    expect(await errorOf(response)).toMatchObject({
      code: 8,
      details: "the host closed the connection",
    });
    expect(waits).toEqual([2000]);
    // What has nothing to send does not need the host.
    expect((await api.request("PUT", `feature/${demo}`, '{"active":false}')).status).toBe(200);
  });
});

describe("GET", () => {
  test("the list, in the order of the reference and with its keys", async () => {
    api = createApi();
    api.session.state.known.activeFeatures = new Set([lock]);
    const text = await (await api.request("GET", "feature")).text();
    expect(text).toStartWith(
      `[{"active":false,"name":"Demo","parentUid":"00000000-0000-0000-0000-000000000000","uid":"${demo}"},`,
    );
    const list = JSON.parse(text) as { active: boolean; uid: string }[];
    expect(list).toHaveLength(38);
    expect(list.filter(({ active }) => active).map(({ uid }) => uid)).toEqual([lock]);
  });

  test("one, as the host says it now", async () => {
    api = createApi();
    api.session.state.refresh = async () => {
      api.session.state.known.activeFeatures = new Set([lock]);
    };
    for (const uid of [lock, `{${lock}}`, lock.toUpperCase()]) {
      expect(await (await api.request("GET", `feature/${uid}`)).text()).toBe('{"active":true}');
    }
  });

  test.each([demo, "11111111-1111-1111-1111-111111111111", "garbage"])(
    "%s is not active",
    async (uid) => {
      api = createApi();
      expect(await (await api.request("GET", `feature/${uid}`)).text()).toBe('{"active":false}');
    },
  );
});
