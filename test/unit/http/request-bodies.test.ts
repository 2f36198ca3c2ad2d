import { afterEach, expect, test } from "bun:test";
import { RequestBodies } from "../../../src/http/request-bodies.ts";
import { type Api, createApi, errorOf } from "./api.ts";

const apis: Api[] = [];
afterEach(() => apis.splice(0).forEach((api) => api.close()));

function start(bodies: RequestBodies): Api {
  const api = createApi({ bodies });
  apis.push(api);
  return api;
}

/** A login whose body is what `pull` gives, piece by piece. */
function post(
  { app }: Api,
  pull: (pieces: ReadableStreamDefaultController) => void | Promise<void>,
) {
  return app.request("/api/v1/authentication/pc-07", {
    method: "POST",
    body: new ReadableStream({ pull }),
  });
}

const never = new Promise<never>(() => {});

test("a body that does not end is given up after its time: 408, and nothing is kept of it", async () => {
  const bodies = new RequestBodies({ timeoutMs: 20, totalBytesMax: 1000 });
  let pieces = 0;
  const response = await post(start(bodies), (controller) => {
    if (pieces++ > 0) return never;
    controller.enqueue(new Uint8Array(10));
    return undefined;
  });
  expect(response.status).toBe(408);
  const details = "the body has not come whole within 0.02 s";
  expect(await errorOf(response)).toEqual({ code: 1, details, message: "Invalid data" });
  expect(bodies.pendingBytes).toBe(0);
});

test("when they are too many the longest is given up, and a short one is read", async () => {
  const bodies = new RequestBodies({ timeoutMs: 20_000, totalBytesMax: 1000 });
  const api = start(bodies);
  const isAlmostFull = Promise.withResolvers<void>();
  const long = post(api, (controller) => {
    if (bodies.pendingBytes < 900) controller.enqueue(new Uint8Array(90));
    else {
      isAlmostFull.resolve();
      return never;
    }
    return undefined;
  });
  await isAlmostFull.promise;
  const short = post(api, (controller) => {
    controller.enqueue(new Uint8Array(150));
    controller.close();
  });
  const refused = await long;
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
  expect(await errorOf(refused)).toMatchObject({ code: 7 });
  // It has been read, and is no JSON.
  expect([(await short).status, bodies.pendingBytes]).toEqual([400, 0]);
});

test("a body that ends with its sender is said to have done so", async () => {
  const bodies = new RequestBodies();
  const response = await post(start(bodies), (controller) => controller.error(new Error("reset")));
  expect(response.status).toBe(400);
  expect((await errorOf(response)).details).toBe("the body has not come whole");
  expect(bodies.pendingBytes).toBe(0);
});
