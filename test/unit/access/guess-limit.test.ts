/** By a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { GuessLimit, GuessLimitError } from "../../../src/access/guess-limit.ts";
import { failureOf } from "../../support/failure.ts";

class Refused extends Error {}
class Unreachable extends Error {}

let limit: GuessLimit;

beforeEach(() => {
  jest.useFakeTimers();
  limit = new GuessLimit({ perClient: 10, perHost: 10 });
});
afterEach(() => jest.useRealTimers());

interface Try {
  readonly client?: string;
  readonly host?: string;
  readonly credentials?: string;
  readonly signal?: AbortSignal;
  readonly login?: () => Promise<string>;
}

function attempt(options: Try = {}): Promise<string> {
  const { client = "10.0.0.7", host = "pc1:11100", credentials = "wrong" } = options;
  const { signal = new AbortController().signal, login = () => Promise.reject(new Refused()) } =
    options;
  return limit.run({ client, host, credentials }, signal, login, (error) => {
    return error instanceof Refused;
  });
}

/** Each with other credentials than the others. */
async function refuse(count: number, options: Try = {}): Promise<void> {
  for (let i = 0; i < count; i++) {
    expect(
      await failureOf(attempt({ credentials: crypto.randomUUID(), ...options })),
    ).toBeInstanceOf(Refused);
  }
}

async function expectLimit(message: string, options: Try = {}): Promise<number> {
  let isTried = false;
  const login = () => {
    isTried = true;
    return Promise.resolve("in");
  };
  const error = await failureOf(attempt({ login, credentials: "right", ...options }));
  expect(error).toBeInstanceOf(GuessLimitError);
  expect((error as GuessLimitError).message).toContain(message);
  expect(isTried).toBeFalse();
  return (error as GuessLimitError).retryAfterSeconds;
}

const letIn = (options: Try = {}) => attempt({ login: () => Promise.resolve("in"), ...options });

test("who tries many hosts does not have it forgotten what was refused", async () => {
  await refuse(10, { host: "victim:11100" });
  const elsewhere = { client: "10.0.0.8", login: () => Promise.reject(new Unreachable()) };
  for (let port = 0; port < 20_000; port++) {
    await failureOf(attempt({ ...elsewhere, host: `127.0.0.1:${port}` }));
  }
  await expectLimit("logins of 10.0.0.7", { host: "victim:11100" });
  await expectLimit("logins to victim:11100", { host: "victim:11100", client: "10.0.0.9" });
});

describe("a client", () => {
  test("may have 10 refused within a minute, at one host or many; then it waits", async () => {
    for (let i = 0; i < 10; i++) await refuse(1, { host: `pc${i}:11100` });
    const message =
      "too many logins of 10.0.0.7 have been refused within a minute (10); the next may come in 60 s";
    expect(await expectLimit(message, { host: "pc99:11100" })).toBe(60);
    expect(await letIn({ client: "10.0.0.8" })).toBe("in");
  });

  test("may try again when the first is a minute old, once for each that is", async () => {
    await refuse(1);
    jest.advanceTimersByTime(20_000);
    await refuse(9);
    jest.advanceTimersByTime(39_000);
    expect(await expectLimit("in 1 s")).toBe(1);
    jest.advanceTimersByTime(1000);
    await refuse(1, { host: "pc2:11100" });
    expect(await expectLimit("in 20 s", { host: "pc2:11100" })).toBe(20);
    jest.advanceTimersByTime(20_000);
    expect(await letIn()).toBe("in");
  });

  test("has one wrong key for a classroom of 40, again and again", async () => {
    for (let round = 0; round < 5; round++) {
      for (let pc = 0; pc < 40; pc++) await refuse(1, { host: `pc${pc}`, credentials: "old key" });
    }
    expect(await letIn({ host: "pc50", credentials: "old key" })).toBe("in");
  });

  test("is kept from trying the same at the same host, and from nothing else", async () => {
    await refuse(10, { credentials: "old key" });
    await expectLimit("logins with these credentials", { credentials: "old key" });
    expect(await letIn({ credentials: "new key" })).toBe("in");
    expect(await letIn({ credentials: "old key", host: "pc2" })).toBe("in");
    expect(await letIn({ credentials: "old key", client: "10.0.0.8" })).toBe("in");
  });

  test("is not counted for what has another reason, nor for what goes well", async () => {
    for (let i = 0; i < 20; i++) {
      const credentials = `right ${i}`;
      await letIn({ credentials });
      const login = () => Promise.reject(new Unreachable());
      expect(await failureOf(attempt({ credentials, login }))).toBeInstanceOf(Unreachable);
    }
    expect(await letIn()).toBe("in");
  });
});

describe("a host", () => {
  test("refuses 10 within a minute, of whoever has tried; then all wait", async () => {
    for (let i = 0; i < 10; i++) await refuse(1, { client: `10.0.0.${i}` });
    await expectLimit("too many logins to pc1:11100 have been refused", { client: "10.0.1.1" });
    expect(await letIn({ client: "10.0.1.1", host: "pc2:11100" })).toBe("in");
  });

  test("is not locked by many who try one wrong key", async () => {
    for (let i = 0; i < 30; i++) await refuse(3, { client: `10.0.0.${i}`, credentials: "old key" });
    expect(await letIn({ client: "10.0.1.1" })).toBe("in");
  });
});

describe("at once", () => {
  /** Logins that hosts take their time for. */
  function slowly(count: number, options: Try = {}) {
    const decisions: ((isLetIn: boolean) => void)[] = [];
    const results = Array.from({ length: count }, (_, i) =>
      failureOf(
        attempt({
          credentials: `guess ${i}`,
          ...options,
          login: () =>
            new Promise((resolve, reject) => {
              decisions.push((isLetIn) => (isLetIn ? resolve("in") : reject(new Refused())));
            }),
        }),
      ).catch(() => "in"),
    );
    return { decisions, results };
  }

  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  test("of more than 512 that wait the rest may come again", async () => {
    jest.useRealTimers();
    const { decisions } = slowly(10 + 512);
    await settled();
    const failure = await failureOf(letIn({ credentials: "another" }));
    expect(failure).toEqual(
      new GuessLimitError("512 logins wait until others have been let in or refused", 1),
    );
    for (const decide of decisions) decide(false);
  });

  test("500 guesses are 10", async () => {
    jest.useRealTimers();
    const { decisions, results } = slowly(500);
    await settled();
    expect(decisions).toHaveLength(10);
    for (const decide of decisions) decide(false);
    const errors = await Promise.all(results);
    expect(errors.filter((error) => error instanceof Refused)).toHaveLength(10);
    expect(errors.filter((error) => error instanceof GuessLimitError)).toHaveLength(490);
    expect(decisions).toHaveLength(10);
  });

  test("30 teachers with passwords of their own get in, one after the other", async () => {
    jest.useRealTimers();
    const { decisions, results } = slowly(30);
    for (let done = 0; done < 30; done++) {
      await settled();
      decisions[done](true);
    }
    expect(await Promise.all(results)).toEqual(Array<string>(30).fill("in"));
  });

  test("a classroom with one key does not wait", async () => {
    jest.useRealTimers();
    const { decisions } = slowly(40, { credentials: "key" });
    await settled();
    expect(decisions).toHaveLength(40);
    for (const decide of decisions) decide(true);
  });

  test("whoever leaves waits no more", async () => {
    jest.useRealTimers();
    const { decisions } = slowly(10);
    await settled();
    const leaving = new AbortController();
    const waiting = failureOf(attempt({ signal: leaving.signal }));
    await settled();
    leaving.abort(new Error("gone"));
    expect(await waiting).toEqual(new Error("gone"));
    for (const decide of decisions) decide(true);
  });
});
