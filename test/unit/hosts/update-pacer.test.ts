/** Its rules, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { UpdatePacer } from "../../../src/hosts/update-pacer.ts";

const intervalMs = 1000;

let startedAtMs: number;
let requests: string[];
let pacer: UpdatePacer;
let demand: { lookedAtMs: number; gapMs: number; followGapMs: number };

beforeEach(() => {
  jest.useFakeTimers();
  startedAtMs = performance.now();
  requests = [];
  demand = { lookedAtMs: startedAtMs, gapMs: Infinity, followGapMs: Infinity };
  pacer = new UpdatePacer({
    intervalMs,
    demand,
    requestUpdate: (incremental) => {
      const kind = incremental ? "incremental" : "full";
      requests.push(`${Math.round(performance.now() - startedAtMs)} ${kind}`);
    },
  });
  pacer.start();
});

afterEach(() => {
  pacer.close();
  jest.useRealTimers();
});

/** The requests since the last call, with their times since the start. */
function newRequests(): string[] {
  return requests.splice(0);
}

function wait(ms: number): void {
  jest.advanceTimersByTime(ms);
}

async function turn(): Promise<void> {
  for (let count = 0; count < 10; count++) await Promise.resolve();
}

/** Looks, and tells whether the look has returned. */
function look(): { returned: () => Promise<boolean> } {
  let returned = false;
  const nowMs = performance.now();
  demand.gapMs = nowMs - demand.lookedAtMs;
  demand.lookedAtMs = nowMs;
  void pacer.freshen().then(() => (returned = true));
  return { returned: () => turn().then(() => returned) };
}

function whole(): void {
  pacer.updated({ complete: true, resized: false });
}

function part(): void {
  pacer.updated({ complete: false, resized: false });
}

/** A whole picture has come, and the requests of the start are forgotten. */
function firstPicture(): void {
  whole();
  newRequests();
}

describe("at the start", () => {
  test("the whole picture is asked for, once", () => {
    wait(60_000);
    expect(newRequests()).toEqual(["0 full"]);
  });

  test("an update that is not the whole picture is followed by a request at once", () => {
    part();
    expect(newRequests()).toEqual(["0 full", "0 incremental"]);
  });

  test("and by one for the whole picture, when the rest does not come in time", () => {
    wait(10);
    part();
    newRequests();
    wait(999);
    expect(newRequests()).toEqual([]);
    wait(1);
    expect(newRequests()).toEqual(["1010 full"]);
    part();
    wait(1000);
    expect(newRequests()).toEqual(["1010 incremental", "2010 full"]);
  });

  test("not so when the rest has come", () => {
    part();
    wait(600);
    firstPicture();
    wait(400);
    expect(newRequests()).toEqual([]);
    wait(100);
    expect(newRequests()).toEqual(["1100 incremental"]);
  });
});

describe("a screen that the host does not complete", () => {
  test("is asked for as a whole after a second, whatever the host sends meanwhile", () => {
    part();
    newRequests();
    for (let count = 0; count < 20; count++) {
      wait(50);
      part();
    }
    const full = newRequests().filter((request) => request.endsWith("full"));
    expect(full).toEqual(["1000 full"]);
  });

  test("and once a second from then on, as long as somebody looks", () => {
    newRequests();
    for (let count = 0; count < 60; count++) {
      part();
      look();
      wait(100);
    }
    const full = newRequests().filter((request) => request.endsWith("full"));
    expect(full.length).toBeGreaterThanOrEqual(5);
    expect(full.length).toBeLessThanOrEqual(6);
  });

  test("does not set the pace by answering at once", () => {
    let asked = 0;
    for (let count = 0; count < 2000; count++) {
      for (const _request of newRequests()) {
        asked++;
        part();
      }
      wait(1);
    }
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(40);
  });

  test("is left alone when nobody looks, and asked for as a whole at the next look", () => {
    wait(10_001);
    part();
    newRequests();
    wait(60_000);
    expect(newRequests()).toEqual([]);
    look();
    expect(newRequests()).toEqual(["70001 full"]);
  });

  test("tells for how long", () => {
    wait(100);
    expect(Math.round(pacer.incompleteForMs)).toBe(100);
    whole();
    wait(100);
    expect(pacer.incompleteForMs).toBe(0);
    part();
    wait(100);
    expect(Math.round(pacer.incompleteForMs)).toBe(100);
  });
});

describe("a change of size", () => {
  const resized = () => pacer.updated({ complete: false, resized: true });

  test("is followed at once by a request for everything", () => {
    firstPicture();
    wait(100);
    resized();
    expect(newRequests()).toEqual(["100 full"]);
  });

  test("over and over by one now and then", () => {
    firstPicture();
    for (let count = 0; count < 2000; count++) {
      resized();
      wait(1);
    }
    const requests = newRequests();
    expect(requests.every((request) => request.endsWith("full"))).toBe(true);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.length).toBeLessThan(40);
  });
});

describe("after an update", () => {
  test("the next request is not put off by updates that were not asked for", () => {
    firstPicture();
    for (let count = 0; count < 50; count++) {
      wait(10);
      whole();
    }
    expect(newRequests()).toEqual(["500 incremental"]);
  });

  test("the next request waits for half the interval, as a login is as good as a look", () => {
    firstPicture();
    wait(499);
    expect(newRequests()).toEqual([]);
    wait(1);
    expect(newRequests()).toEqual(["500 incremental"]);
  });

  test("the request stays open: no second one until something has changed", () => {
    firstPicture();
    wait(500);
    newRequests();
    wait(300_000);
    expect(newRequests()).toEqual([]);
  });

  test("frequent looks make the pause shorter: half the time between them", () => {
    firstPicture();
    look();
    wait(100);
    look();
    wait(5);
    whole();
    newRequests();
    wait(49);
    expect(newRequests()).toEqual([]);
    wait(1);
    expect(newRequests()).toEqual(["155 incremental"]);
  });

  test("looks that become rare make it longer again", () => {
    firstPicture();
    look();
    wait(100);
    look();
    wait(700);
    whole();
    newRequests();
    wait(349);
    expect(newRequests()).toEqual([]);
    wait(1);
    expect(newRequests()).toEqual(["1150 incremental"]);
  });

  test("without a look for over 10 s none is made", () => {
    firstPicture();
    wait(500);
    newRequests();
    wait(9500);
    whole();
    wait(500);
    expect(newRequests()).toEqual(["10500 incremental"]);
    whole();
    wait(600_000);
    expect(newRequests()).toEqual([]);
  });
});

describe("a look", () => {
  test("at a picture younger than the interval returns at once and asks nothing", async () => {
    firstPicture();
    wait(400);
    expect(await look().returned()).toBe(true);
    expect(newRequests()).toEqual([]);
  });

  test("soon after another one wants a picture as young as the time between them", async () => {
    firstPicture();
    wait(300);
    look();
    wait(50);
    const second = look();
    expect(await second.returned()).toBe(false);
    expect(newRequests()).toEqual(["350 incremental"]);
    whole();
    expect(await second.returned()).toBe(true);
  });

  test("returns at once while a request has long been open: nothing has changed", async () => {
    firstPicture();
    wait(500);
    newRequests();
    wait(5000);
    expect(await look().returned()).toBe(true);
    expect(newRequests()).toEqual([]);
  });

  test("waits for the rest of 100 ms while a request is young", async () => {
    firstPicture();
    wait(500);
    expect(newRequests()).toEqual(["500 incremental"]);
    wait(40);
    look();
    wait(20);
    const second = look();
    wait(39);
    expect(await second.returned()).toBe(false);
    wait(1);
    expect(await second.returned()).toBe(true);
    expect(newRequests()).toEqual([]);
  });

  test("after a long absence asks, and waits for the answer at most 100 ms", async () => {
    firstPicture();
    wait(11_000);
    whole();
    wait(60_000);
    newRequests();
    const first = look();
    expect(newRequests()).toEqual(["71000 incremental"]);
    wait(99);
    expect(await first.returned()).toBe(false);
    wait(1);
    expect(await first.returned()).toBe(true);
    expect(newRequests()).toEqual([]);
  });

  describe("after a long absence, in which the size turns out to be another one", () => {
    let waiting: ReturnType<typeof look>;
    beforeEach(() => {
      firstPicture();
      wait(11_000);
      whole();
      wait(60_000);
      waiting = look();
      wait(5);
      pacer.updated({ complete: false, resized: true });
    });

    test("waits for the pixels as well", async () => {
      expect(await waiting.returned()).toBe(false);
      wait(5);
      part();
      expect(await waiting.returned()).toBe(false);
      wait(5);
      whole();
      expect(await waiting.returned()).toBe(true);
    });

    test.each([
      ["for more than 100 ms in all", () => wait(95)],
      ["beyond the end", () => pacer.close()],
    ])("but not %s", async (_what, end) => {
      expect(await waiting.returned()).toBe(false);
      end();
      expect(await waiting.returned()).toBe(true);
    });
  });

  test("replaces the request that was due", () => {
    firstPicture();
    wait(10);
    look();
    wait(5);
    look();
    expect(newRequests()).toEqual(["15 incremental"]);
    wait(485);
    expect(newRequests()).toEqual([]);
  });
});

describe("somebody who follows", () => {
  /** At ten pictures a second, long after the last look. */
  function follow(): void {
    firstPicture();
    wait(10_001);
    whole();
    wait(9999);
    newRequests();
    demand.followGapMs = 100;
    pacer.followed();
  }

  test("has the host asked at once, when nobody has for a while", () => {
    follow();
    expect(newRequests()).toEqual(["20000 incremental"]);
    pacer.followed();
    expect(newRequests()).toEqual([]);
  });

  test("has it asked again as soon as something has come that was long in coming", () => {
    follow();
    newRequests();
    wait(700);
    whole();
    expect(newRequests()).toEqual(["20700 incremental"]);
  });

  test("has a screen that changes all the time asked for at that pace, not faster", () => {
    follow();
    for (let count = 0; count < 100; count++) {
      wait(10);
      whole();
    }
    // Those that come unasked do not change it.
    const times = newRequests().map((request) => Number(request.split(" ")[0]) - 20_000);
    expect(times).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });

  test("has what is missing asked for", () => {
    follow();
    newRequests();
    part();
    expect(newRequests()).toEqual(["20000 incremental"]);
    wait(1000);
    expect(newRequests()).toEqual(["21000 full"]);
  });

  test("has the whole screen asked for that was left incomplete", () => {
    firstPicture();
    wait(10_001);
    part();
    newRequests();
    demand.followGapMs = 100;
    pacer.followed();
    expect(newRequests()).toEqual(["10001 full"]);
  });

  test("and leaves costs nothing any more", () => {
    follow();
    newRequests();
    demand.followGapMs = Infinity;
    whole();
    wait(600_000);
    expect(newRequests()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("more slowly than others look puts nothing off", () => {
    firstPicture();
    demand.followGapMs = 60_000;
    pacer.followed();
    wait(500);
    expect(newRequests()).toEqual(["500 incremental"]);
  });

  test("faster than others look is not kept waiting by their pause", () => {
    firstPicture();
    demand.followGapMs = 100;
    pacer.followed();
    wait(100);
    expect(newRequests()).toEqual(["100 incremental"]);
  });
});

describe("when it is closed", () => {
  test("nothing is asked any more, and a look that waits returns", async () => {
    firstPicture();
    wait(20);
    look();
    wait(10);
    const waiting = look();
    newRequests();
    expect(await waiting.returned()).toBe(false);
    pacer.close();
    expect(await waiting.returned()).toBe(true);
    whole();
    part();
    look();
    wait(60_000);
    expect(newRequests()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
