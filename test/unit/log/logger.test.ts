import { describe, expect, test } from "bun:test";
import { Writable } from "node:stream";
import { createLogger, logLevels } from "../../../src/log/logger.ts";
import type { LogLevel } from "../../../src/log/logger.ts";
import type { LogFormat } from "../../../src/log/log-format.ts";
import type { LogFields } from "../../../src/log/log-fields.ts";
import { stderrSink } from "../../../src/log/stderr-sink.ts";

function capture(level: LogLevel = "debug", format: LogFormat = "text") {
  const lines: string[] = [];
  const now = () => new Date(Date.UTC(2026, 10, 21, 21, 0, 0, 5));
  return { lines, log: createLogger({ level, format, sink: (line) => lines.push(line), now }) };
}

/** What follows the event. */
function logged(fields: LogFields): string {
  const { lines, log } = capture();
  log.info("x", fields);
  return lines[0].replace(/^.* event=x ?/, "");
}

test("one line for an event, with time and level", () => {
  const { lines, log } = capture();
  log.info("request", { method: "GET", path: "/api/v1/user", status: 200, ms: 0.4 });
  log.warn("host closed");
  expect(lines).toEqual([
    "time=2026-11-21T21:00:00.005Z level=info event=request method=GET path=/api/v1/user status=200 ms=0.4",
    'time=2026-11-21T21:00:00.005Z level=warn event="host closed"',
  ]);
});

test.each(logLevels)("level %s writes itself and what is more important", (level) => {
  const { lines, log } = capture(level);
  for (const each of logLevels) log[each]("x");
  expect(lines.map((line) => /level=(\w+)/.exec(line)?.[1])).toEqual(
    logLevels.slice(logLevels.indexOf(level)),
  );
});

test("a changed level is that of all children", () => {
  const { lines, log } = capture("error");
  const child = log.child({ a: 1 });
  const { info } = child;
  info("before");
  log.level = "info";
  info("after");
  log.level = "warn";
  child.info("later");
  expect(log.level).toBe("warn");
  expect(lines).toEqual(["time=2026-11-21T21:00:00.005Z level=info event=after a=1"]);
});

test("an audit line is written at every level", () => {
  for (const level of logLevels) {
    const { lines, log } = capture(level);
    log.child({ host: "pc1" }).audit("login", { outcome: "ok" });
    expect(lines).toEqual([
      "time=2026-11-21T21:00:00.005Z level=audit event=login host=pc1 outcome=ok",
    ]);
  }
});

test("fields are not made for a line that is not written", () => {
  const { lines, log } = capture("info");
  const fail = (): LogFields => {
    throw new Error("made");
  };
  log.debug("x", fail);
  expect(() => log.info("x", fail)).toThrow("made");
  log.info("x", () => ({ made: true }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toEndWith("event=x made=true");
});

test("children add their fields in front, and leave the parent as it is", () => {
  const { lines, log } = capture();
  const host = log.child({ host: "pc1" });
  host.child({ connection: 7 }).info("x", { a: 1 });
  host.info("x");
  log.info("x");
  expect(lines.map((line) => line.split(" event=x")[1])).toEqual([
    " host=pc1 connection=7 a=1",
    " host=pc1",
    "",
  ]);
});

describe("values", () => {
  const cases: [LogFields, string][] = [
    [{ a: "plain" }, "a=plain"],
    [{ a: "" }, 'a=""'],
    [{ a: "two words" }, 'a="two words"'],
    [{ a: 'quo"te' }, 'a="quo\\"te"'],
    [{ a: "back\\slash" }, 'a="back\\\\slash"'],
    [{ a: "k=v" }, 'a="k=v"'],
    [{ a: "two\r\nlines\tmore" }, 'a="two\\r\\nlines\\tmore"'],
    [{ a: "\u001b[2J\u0000\u007f\u009b" }, 'a="\\u001b[2J\\u0000\\u007f\\u009b"'],
    [{ a: "\u2028\u202e\u2066" }, 'a="\\u2028\\u202e\\u2066"'],
    [{ a: "Grüße" }, 'a="Grüße"'],
    [{ a: 1.5, b: true, c: null, d: undefined, e: 10n }, "a=1.5 b=true c=null e=10"],
    [{ a: -0, b: Number.NaN }, "a=0 b=NaN"],
  ];

  test.each(cases.map(([fields, text]) => [text, fields] as const))("%s", (text, fields) => {
    expect(logged(fields)).toBe(text);
  });

  test("a value that is not cut, and one that is", () => {
    expect(logged({ a: "x".repeat(8192) })).toBe(`a=${"x".repeat(8192)}`);
    expect(logged({ a: "x".repeat(8193) })).toBe(`a="${"x".repeat(8192)}…"`);
  });

  test("an error comes with its stack and its causes, on one line", () => {
    const error = new TypeError("outer", { cause: new Error("inner\nline", { cause: "text" }) });
    const text = logged({ error });
    expect(text).toMatch(
      /^error="TypeError: outer\\n +at .*\\ncaused by Error: inner\\nline\\n +at /,
    );
    expect(text).not.toContain("\n");
  });

  test("causes that go round in circles end", () => {
    const error = new Error("round");
    error.cause = error;
    expect(logged({ error }).split("caused by")).toHaveLength(5);
  });
});

describe("as JSON", () => {
  test("each line is an object with the same fields", () => {
    const { lines, log } = capture("debug", "json");
    log.child({ host: "pc1" }).info("request", { status: 200, ms: 0.4, ok: true, none: undefined });
    log.warn("host closed");
    expect(lines).toEqual([
      '{"time":"2026-11-21T21:00:00.005Z","level":"info","event":"request","host":"pc1","status":200,"ms":0.4,"ok":true}',
      '{"time":"2026-11-21T21:00:00.005Z","level":"warn","event":"host closed"}',
    ]);
  });

  test.each<[LogFields, unknown]>([
    [{ a: 'quo"te\\ \r\n' }, 'quo"te\\ \r\n'],
    [{ a: "\u001b[2J\u009b\u202e" }, "\u001b[2J\u009b\u202e"],
    [{ a: Number.NaN }, "NaN"],
    [{ a: -Infinity }, "-Infinity"],
    [{ a: null }, null],
    [{ a: 10n }, "10"],
    [{ password: "x" }, "[secret]"],
  ])("%p is whole, and on one line", (fields, value) => {
    const { lines, log } = capture("debug", "json");
    log.info("x", fields);
    expect(Object.values(JSON.parse(lines[0]) as object)).toEqual([
      "2026-11-21T21:00:00.005Z",
      "info",
      "x",
      value,
    ]);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe("secrets", () => {
  const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADAN\n-----END RSA PRIVATE KEY-----";

  test.each(["password", "Password", "keydata", "demoAccessToken", "credentials", "clientSecret"])(
    "no field named %s",
    (name) => {
      expect(logged({ [name]: "hunter2", b: 1 })).toBe(`${name}=[secret] b=1`);
    },
  );

  test.each([
    ["whole", pem, "before [private key] after"],
    ["with its line breaks escaped", pem.replaceAll("\n", "\\n"), "before [private key] after"],
    ["twice", `${pem} and ${pem}`, "before [private key] and [private key] after"],
    ["of PKCS#8", pem.replaceAll("RSA ", ""), "before [private key] after"],
    ["cut off", pem.slice(0, 45), "before [private key]"],
  ])("no private key: %s", (_, text, left) => {
    expect(logged({ reason: `before ${text} after` })).toBe(`reason="${left}"`);
  });

  test("none in errors, their causes and children either", () => {
    const error = new Error("outer", { cause: new Error(`cannot read ${pem}`) });
    expect(logged({ error })).not.toContain("MIIE");
    const { lines, log } = capture();
    log.child({ password: "hunter2", text: pem }).info(pem);
    expect(lines[0]).toEndWith('event="[private key]" password=[secret] text="[private key]"');
  });

  test("public keys are none", () => {
    const text = "-----BEGIN PUBLIC KEY-----";
    expect(logged({ text })).toBe(`text="${text}"`);
  });
});

describe("stderrSink", () => {
  /** A stream whose reader takes nothing until `read` is called. */
  function stalled() {
    let text = "";
    const waiting: (() => void)[] = [];
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        text += chunk;
        waiting.push(done);
      },
    });
    async function read(): Promise<void> {
      while (waiting.length > 0) {
        waiting.shift()!();
        await new Promise(setImmediate);
      }
    }
    return { stream, read, text: () => text };
  }

  test("ends lines", () => {
    const { stream, text } = stalled();
    stderrSink("text", stream)("one");
    expect(text()).toBe("one\n");
  });

  test("drops lines for a reader that does not read, and says how many", async () => {
    const { stream, read, text } = stalled();
    const sink = stderrSink("text", stream);
    const long = "x".repeat(1024 * 1024);
    for (const line of [long, "lost", "lost"]) sink(line);
    await read();
    sink("next");
    await read();
    expect(text()).toBe(`${long}\nlevel=warn event="log lines lost" count=2\nnext\n`);
  });

  test("says so in JSON where the log is", async () => {
    const { stream, read, text } = stalled();
    const sink = stderrSink("json", stream);
    for (const line of ["x".repeat(1024 * 1024 + 1), "lost"]) sink(line);
    await read();
    sink("next");
    await read();
    expect(text()).toEndWith('x\n{"level":"warn","event":"log lines lost","count":1}\nnext\n');
  });

  test("survives a reader that has gone away", async () => {
    const { stream } = stalled();
    const sink = stderrSink("text", stream);
    stream.destroy(new Error("EPIPE"));
    await new Promise(setImmediate);
    expect(() => sink("x")).not.toThrow();
  });
});
