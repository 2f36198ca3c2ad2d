/**
 * Every schema is given every kind of value in every place: no answer speaks the language of a
 * validator.
 */
import { afterAll, expect, test } from "bun:test";
import { features } from "../../../../src/hosts/features/table.ts";
import { readCredentials } from "../../../../src/http/v1/credentials.ts";
import type { ApiError } from "../../../../src/http/errors.ts";
import {
  type AuthenticationMethod,
  methodUuid,
} from "../../../../src/veyon/authentication-methods.ts";
import { failureOf } from "../../../support/failure.ts";
import { createApi } from "../api.ts";

const methods: AuthenticationMethod[] = ["AuthKeys", "AuthLogon", "AuthLDAP", "AuthSimple"];

const secret = "Pässw0rd";

const values: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  2 ** 60,
  "",
  " ",
  secret,
  secret.repeat(10_000),
  "\ud83d",
  [],
  [null],
  [[secret]],
  [secret, {}],
  Array(2000).fill(secret),
  {},
  { "": secret },
  { toString: secret },
];

const validatorWords =
  /invalid input|expected|received|too (?:big|small|short|long)|zod|undefined|\bNaN\b|\bstring\b|\bboolean\b|\barray\b|regex|refine/i;

const api = createApi({ authenticator: { admit: answerLogin } as never });
afterAll(() => api.close());

/** Hosts that offer whatever is asked for, and fail. */
async function answerLogin(request: {
  method: AuthenticationMethod;
  credentials: (method: AuthenticationMethod) => unknown;
}): Promise<never> {
  await request.credentials(request.method);
  throw new Error("a good login, which this test does not need");
}

/** What was said to bad bodies, which must be something. */
function expectPlainWords(answers: readonly string[]): void {
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) {
    expect(answer).not.toMatch(validatorWords);
    expect(answer).not.toContain(secret.slice(1));
    expect(answer).not.toContain("\n");
  }
}

async function refusals(method: string, path: string, bodies: readonly unknown[]) {
  const answers: string[] = [];
  for (const body of bodies) {
    const response = await api.request(method, path, JSON.stringify(body));
    if ([400, 413].includes(response.status)) answers.push(await response.text());
  }
  return answers;
}

test("a body that is something else than an object", async () => {
  const uid = features.find(({ name }) => name === "ScreenLock")!.uid;
  const bodies = values.filter((value) => value !== undefined);
  expectPlainWords(await refusals("PUT", `feature/${uid}`, bodies));
  expectPlainWords(await refusals("POST", "authentication/pc-07", bodies));
});

test("the method of a login", async () => {
  const bodies = values.map((method) => ({ method, credentials: {} }));
  const answers = await refusals("POST", "authentication/pc-07", bodies);
  expect(answers).toHaveLength(values.length);
  expectPlainWords(answers);
});

test.each(methods)("the credentials of %s", async (method) => {
  const good = { keyname: "x", keydata: "x", username: "x", password: "x" };
  const all = values.flatMap((value) => [
    value,
    ...Object.keys(good).map((name) => ({ ...good, [name]: value })),
  ]);
  const bodies = all.map((credentials) => ({ method: methodUuid(method), credentials }));
  expectPlainWords(await refusals("POST", "authentication/pc-07", bodies));
  const failure = (await failureOf(() => readCredentials(method, { password: 5n }))) as ApiError;
  expectPlainWords([failure.message]);
});

/** The names of every argument, of whatever feature. */
const names = features.flatMap(({ start }) => {
  const schema = start?.arguments as { out?: { shape?: object }; in?: object } | undefined;
  return Object.keys(schema?.out?.shape ?? {});
});

test("the names of the arguments are found", () => {
  expect(names).toContain("websiteUrls");
  expect(names).toContain("viewportHeight");
  expect(new Set(names).size).toBeGreaterThan(15);
});

test.each(features.filter(({ start }) => start !== null).map(({ name, uid }) => [name, uid]))(
  "the arguments of %s",
  async (_name, uid) => {
    const all = [
      ...values,
      ...[...new Set(names)].flatMap((name) => values.map((value) => ({ [name]: value }))),
    ];
    const bodies = all.map((args) => ({ active: true, arguments: args }));
    const answers = await refusals("PUT", `feature/${uid}`, bodies);
    if (answers.length > 0) expectPlainWords(answers);
  },
);

test("`active` may be anything but missing", async () => {
  const uid = features.find(({ name }) => name === "ScreenLock")!.uid;
  const bodies = values.map((active) => ({ active }));
  const answers = await refusals("PUT", `feature/${uid}`, bodies);
  expect(answers).toHaveLength(1);
  expectPlainWords(answers);
});
