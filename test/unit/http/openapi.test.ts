/** The document of the API and the routes of the app, each against the other. */
import { afterAll, expect, test } from "bun:test";
import { features } from "../../../src/hosts/features/table.ts";
import { documented, type Operation } from "../../../src/http/openapi/operation.ts";
import { createApi } from "./api.ts";

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly "x-feature-arguments"?: Readonly<Record<string, { readonly $ref: string }>>;
}

const api = createApi({
  monitoring: { problems: () => [], metrics: { contentType: "text/plain", text: async () => "" } },
});
afterAll(() => api.close());

const response = await api.app.request("/api/v1/openapi.json");
const document = (await response.json()) as Document;

/** Other spellings of a route that is described, and pages for people. */
const notDescribed =
  /^DELETE \/api\/v1\/authentication(\/:host\{\[\^\/\]\*\})?$|^GET \/(docs|view)\b/;

/** Each once, `GET /api/v1/feature/{uid}`; middleware is of all methods. */
function routesOf(app: typeof api.app): string[] {
  const routes = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !notDescribed.test(route));
  return [...new Set(routes)].map((route) => route.replace(/:(\w+)/g, "{$1}")).sort();
}

const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);

test("is OpenAPI 3.1 in JSON", () => {
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("application/json");
  expect(document).toMatchObject({ openapi: "3.1.0", servers: [{ url: "/" }] });
});

/** What it says is missing, `documented(...)` next to the route describes. */
test("describes every route", () => {
  const described = operations.map(({ name }) => name);
  expect(routesOf(api.app).filter((route) => !described.includes(route))).toEqual([]);
});

test("describes no route that is not there", () => {
  const routes = routesOf(api.app);
  expect(operations.map(({ name }) => name).filter((name) => !routes.includes(name))).toEqual([]);
  expect(operations.length).toBeGreaterThan(16);
});

test("names each operation once", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
});

/** Without an access token, where the others want one; see the guard in src/http. */
const open = new Set(["GET /health", "GET /ready"]);

test.each(operations)("$name says who may ask, and what goes wrong", (operation) => {
  const { name, security, responses } = operation;
  if (open.has(name)) expect(security).toEqual([{}]);
  else expect(security).toContainEqual(expect.objectContaining({ accessToken: [] }));
  expect(Object.keys(responses).filter((status) => /^101$|^2/.test(status))).toHaveLength(1);
  expect(responses).toHaveProperty("403");
  expect(responses).toHaveProperty("500");
});

const needsConnection = ({ security }: DocumentedOperation) =>
  security.every((each) => "connectionUid" in each || "ticket" in each);

test.each(operations.filter(needsConnection))(
  "$name is refused without a Connection-Uid, as it says",
  async ({ name, responses }) => {
    const [method, path] = name.split(" ");
    const url = path.replace("{uid}", features[0].uid).replace("{host}", "room1-pc1");
    expect((await api.app.request(url, { method })).status).toBe(401);
    expect(responses).toHaveProperty("401");
  },
);

test("tells the arguments of each feature that has some by its UUID", () => {
  const control = document.paths["/api/v1/feature/{uid}"].put;
  const byUid = control["x-feature-arguments"]!;
  const { schemas } = document.components;
  const names = Object.entries(byUid).map(([uid, { $ref }]) => {
    const name = features.find((feature) => feature.uid === uid)!.name;
    expect($ref).toBe(`#/components/schemas/${name}Arguments`);
    expect(schemas).toHaveProperty(`${name}Arguments`);
    return name;
  });
  expect(names).toContain("TextMessage");
  expect(schemas.TextMessageArguments).toMatchObject({
    required: ["text"],
    properties: { text: { type: "string" }, icon: { type: "integer" }, title: { type: "string" } },
    additionalProperties: false,
  });
  expect(schemas.StartAppArguments).toMatchObject({ required: ["applications"] });
  expect(JSON.stringify(schemas.StartAppArguments)).not.toContain("programs");
});

test("a handler is described once only", () => {
  const operation: Operation = {
    id: "x",
    tag: "Server",
    summary: "",
    access: "server",
    answers: {},
  };
  const handler = documented(operation, () => {});
  expect(() => documented(operation, handler)).toThrow("x: this is described already");
});
