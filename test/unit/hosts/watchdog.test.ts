/** By a clock that stands still until it is moved. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Watchdog } from "../../../src/hosts/watchdog.ts";

let received: number;
let asked: number;
let silences: number[];
let watchdog: Watchdog;

beforeEach(() => {
  jest.useFakeTimers();
  received = 1;
  asked = 0;
  silences = [];
  watchdog = new Watchdog({
    receivedBytes: () => received,
    askForSign: () => asked++,
    onSilence: (silentMs) => silences.push(Math.round(silentMs)),
  });
  jest.advanceTimersByTime(4000);
  asked = 0;
});

afterEach(() => {
  watchdog.stop();
  jest.useRealTimers();
});

test("a host that says something all the time is asked nothing", () => {
  for (let count = 0; count < 100; count++) {
    received++;
    jest.advanceTimersByTime(4000);
  }
  expect([asked, silences]).toEqual([0, []]);
});

test("a host that says nothing is asked every 4 s, and lost after 12 s", () => {
  jest.advanceTimersByTime(3999);
  expect(asked).toBe(0);
  jest.advanceTimersByTime(1);
  expect(asked).toBe(1);
  jest.advanceTimersByTime(4000);
  expect([asked, silences]).toEqual([2, []]);
  jest.advanceTimersByTime(4000);
  expect([asked, silences]).toEqual([2, [12_000]]);
});

test("one byte now and then is enough, as of a large update over a slow network", () => {
  for (let count = 0; count < 100; count++) {
    received++;
    jest.advanceTimersByTime(11_000);
  }
  expect(silences).toEqual([]);
});

test("after a pause of our own the host is asked, and not given up", () => {
  jest.advanceTimersByTime(4000);
  asked = 0;
  // As after SIGSTOP and SIGCONT: the clock has gone on, and the timer comes once.
  const now = performance.now();
  const clock = jest.spyOn(performance, "now").mockImplementation(() => now + 60_000);
  jest.advanceTimersByTime(4000);
  expect([asked, silences]).toEqual([1, []]);
  clock.mockImplementation(() => now + 64_000);
  jest.advanceTimersByTime(4000);
  clock.mockImplementation(() => now + 68_000);
  jest.advanceTimersByTime(4000);
  expect(silences).toEqual([]);
  clock.mockImplementation(() => now + 72_000);
  jest.advanceTimersByTime(4000);
  expect(silences).toEqual([12_000]);
  clock.mockRestore();
});

test("is over when it is stopped", () => {
  watchdog.stop();
  jest.advanceTimersByTime(60_000);
  expect([asked, silences]).toEqual([0, []]);
});
