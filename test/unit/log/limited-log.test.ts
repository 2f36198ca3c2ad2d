import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { LimitedLog } from "../../../src/log/limited-log.ts";
import { createLogger } from "../../../src/log/logger.ts";

let lines: string[];
let limited: LimitedLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const sink = (line: string) => void lines.push(line.replace(/^.* event=x ?/, ""));
  limited = new LimitedLog(createLogger({ level: "info", sink }).warn, "x");
});
afterEach(() => {
  jest.useRealTimers();
});

function write(count: number): void {
  for (let i = 0; i < count; i++) limited.line({ n: i });
}

const first = (count: number) => Array.from({ length: count }, (_, i) => `n=${i}`);

test("ten lines in a minute are all written", () => {
  write(10);
  jest.advanceTimersByTime(60_000);
  write(10);
  expect(lines).toEqual([...first(10), ...first(10)]);
});

test("of more the number is told when the minute is over, and then it starts anew", () => {
  write(37);
  expect(lines).toEqual(first(10));
  jest.advanceTimersByTime(59_999);
  expect(lines).toHaveLength(10);
  jest.advanceTimersByTime(1);
  expect(lines).toEqual([...first(10), "omitted=27"]);
  write(1);
  expect(lines).toHaveLength(12);
});

test("or at the end of the server, once", () => {
  write(11);
  limited.flush();
  limited.flush();
  jest.advanceTimersByTime(60_000);
  expect(lines).toEqual([...first(10), "omitted=1"]);
});
