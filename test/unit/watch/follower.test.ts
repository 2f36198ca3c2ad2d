/** A viewer that follows a screen, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { PictureEncoder, Wanting } from "../../../src/image/picture-encoder.ts";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import { PictureError } from "../../../src/image/picture-error.ts";
import { FrameGoneError, type Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { Demand } from "../../../src/watch/demand.ts";
import { Follower } from "../../../src/watch/follower.ts";
import { PictureFeed } from "../../../src/watch/picture-feed.ts";
import type { View } from "../../../src/watch/view.ts";

const view: View = { format: "jpeg", compression: 5, quality: 75, width: null, height: null };

/** A frame of one strip, and what it shows. */
interface FakeFrame {
  width: number;
  height: number;
  revision: number;
  text: string;
}

/** Pictures are the frame's text; one that is the same text again has not changed. */
class FakeEncoder {
  made: string[] = [];
  earlier: (string | null)[] = [];
  failure: Error | null = null;
  #last = { text: "", changedAt: 0 };

  async encode(frame: FakeFrame, { area }: PictureParameters, { earlier }: Wanting) {
    this.made.push(area === undefined ? frame.text : `${frame.text} ${area.x}`);
    this.earlier.push(
      earlier === null || earlier === undefined ? null : Buffer.from(earlier.bytes).toString(),
    );
    if (this.failure !== null) throw this.failure;
    if (this.#last.text !== frame.text)
      this.#last = { text: frame.text, changedAt: frame.revision };
    const encoded = { stripRevisions: Uint32Array.of(this.#last.changedAt) };
    const { revision, text, width } = frame;
    return { bytes: Buffer.from(text), revision, key: `${width}`, encoded };
  }
}

let frame: FakeFrame | null;
let feed: PictureFeed;
let demand: Demand;
let encoder: FakeEncoder;
let session: { followed: number; freshened: number; asked: number; screens: object[] };
let follower: Follower;
let leave: AbortController;

beforeEach(() => {
  jest.useFakeTimers();
  frame = { width: 2, height: 1, revision: 1, text: "a" };
  feed = new PictureFeed();
  demand = new Demand();
  encoder = new FakeEncoder();
  session = { followed: 0, freshened: 0, asked: 0, screens: [] };
  leave = new AbortController();
  follower = follow();
});
afterEach(() => {
  leave.abort();
  jest.useRealTimers();
});

let isLost = false;
function follow(fps = 10, wanted = view): Follower {
  isLost = false;
  const up = {
    followed: () => session.followed++,
    picture: async () => session.freshened++,
    get pictureNow() {
      return frame;
    },
    state: { known: session },
  };
  const host = {
    get session() {
      return up;
    },
    get currentSession() {
      return isLost ? null : up;
    },
  };
  return new Follower(
    {
      host: host as unknown as Host,
      feed,
      demand,
      pictures: encoder as unknown as PictureEncoder,
      learnScreens: async () => void session.asked++,
    },
    wanted,
    fps,
  );
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function show(text: string): void {
  frame = { ...frame!, revision: frame!.revision + 1, text };
  feed.publish(frame as unknown as Framebuffer);
}

/** The same object with something new in it, as a framebuffer is. */
function paint(text: string): void {
  Object.assign(frame!, { revision: frame!.revision + 1, text });
  feed.publish(frame as unknown as Framebuffer);
}

/** A picture that is waited for, as text with the revision that it follows. */
function next() {
  const waiting = { found: "nothing yet" };
  void follower.next(leave.signal).then(
    (found) => {
      waiting.found =
        found === null
          ? "the end"
          : `${Buffer.from(found.picture.bytes).toString()} since ${found.sinceRevision}`;
    },
    (error: Error) => (waiting.found = error.message),
  );
  return { found: () => settle().then(() => waiting.found) };
}

describe("the first picture", () => {
  test("is there at once, as new as it can be had", async () => {
    expect(await next().found()).toBe("a since null");
    expect(session).toMatchObject({ followed: 1, freshened: 1 });
  });

  test("is waited for", async () => {
    const now = frame;
    frame = null;
    const waiting = next();
    expect(await waiting.found()).toBe("nothing yet");
    frame = now;
    paint("b");
    expect(await waiting.found()).toBe("b since null");
  });

  test("is waited for while the host is lost", async () => {
    isLost = true;
    const waiting = next();
    expect(await waiting.found()).toBe("nothing yet");
    isLost = false;
    paint("b");
    expect(await waiting.found()).toBe("b since null");
  });
});

describe("a picture after another", () => {
  test("comes with the change, once the pace allows it", async () => {
    await next().found();
    const waiting = next();
    paint("b");
    expect(await waiting.found()).toBe("nothing yet");
    jest.advanceTimersByTime(99);
    expect(await waiting.found()).toBe("nothing yet");
    jest.advanceTimersByTime(1);
    expect(await waiting.found()).toBe("b since 1");
  });

  test("is the newest, whatever came between", async () => {
    await next().found();
    for (const text of ["b", "c", "d"]) paint(text);
    const waiting = next();
    paint("e");
    jest.advanceTimersByTime(100);
    expect(await waiting.found()).toBe("e since 1");
    expect(encoder.made).toEqual(["a", "e"]);
  });

  test("comes at once when nothing has changed for a while", async () => {
    await next().found();
    jest.advanceTimersByTime(5000);
    const waiting = next();
    expect(await waiting.found()).toBe("nothing yet");
    paint("b");
    expect(await waiting.found()).toBe("b since 1");
  });

  test("is none when it shows the same as before", async () => {
    await next().found();
    jest.advanceTimersByTime(100);
    const waiting = next();
    paint("a");
    expect(await waiting.found()).toBe("nothing yet");
    paint("b");
    expect(await waiting.found()).toBe("b since 2");
    expect(encoder.made).toEqual(["a", "a", "b"]);
  });

  test("of another frame has nothing in common with it", async () => {
    await next().found();
    jest.advanceTimersByTime(100);
    frame = { ...frame!, width: 9 };
    show("b");
    expect(await next().found()).toBe("b since null");
  });

  test("may build upon that one, whatever the cache has", async () => {
    await next().found();
    jest.advanceTimersByTime(100);
    paint("b");
    await next().found();
    expect(encoder.earlier).toEqual([null, "a"]);
  });
});

describe("a viewer", () => {
  test("is one that the host is asked for only while it has room for a picture", async () => {
    expect(demand.followGapMs).toBe(Infinity);
    await next().found();
    expect(demand.followGapMs).toBe(Infinity);
    const waiting = next();
    expect(demand.followGapMs).toBe(100);
    leave.abort();
    expect(await waiting.found()).toBe("the end");
    expect(demand.followGapMs).toBe(Infinity);
  });

  test("sets the pace together with the others: the fastest counts", () => {
    const [slow, fast] = [demand.follow(500), demand.follow(40)];
    expect(demand.followGapMs).toBe(40);
    fast();
    expect(demand.followGapMs).toBe(500);
    slow();
    expect(demand.followGapMs).toBe(Infinity);
  });

  test("that leaves in a pause is let go at once", async () => {
    await next().found();
    paint("b");
    const waiting = next();
    await settle();
    leave.abort();
    expect(await waiting.found()).toBe("the end");
    expect(jest.getTimerCount()).toBe(0);
  });
});

test("a frame that is gone when its picture is made is no error: another one comes", async () => {
  encoder.failure = new FrameGoneError("the screen has another size now");
  const waiting = next();
  expect(await waiting.found()).toBe("nothing yet");
  encoder.failure = null;
  show("b");
  expect(await waiting.found()).toBe("b since null");
});

test("a host that is lost when its picture is made is no error: it may come back", async () => {
  encoder.failure = new HostError("lost", "the host closed the connection");
  const waiting = next();
  expect(await waiting.found()).toBe("nothing yet");
  isLost = true;
  encoder.failure = null;
  feed.wake();
  expect(await waiting.found()).toBe("nothing yet");
  isLost = false;
  show("b");
  expect(await waiting.found()).toBe("b since null");
});

test("a picture that is made for a viewer who leaves is not wanted any more, unless it is asked for again", async () => {
  const encode = encoder.encode.bind(encoder);
  encoder.encode = (_frame, _parameters, { signal }) =>
    new Promise((_resolve, reject) => {
      signal!.addEventListener("abort", () => reject(new PictureError("unwanted", "nobody")));
    });
  const waiting = next();
  expect(await waiting.found()).toBe("nothing yet");
  leave.abort();
  expect(await waiting.found()).toBe("the end");
  encoder.encode = encode;
  leave = new AbortController();
  expect(await next().found()).toBe("a since null");
});

test("when too many others wait for pictures the viewer waits a second, and sees the newest", async () => {
  encoder.failure = new PictureError("overloaded", "4096 pictures wait");
  const waiting = next();
  expect(await waiting.found()).toBe("nothing yet");
  encoder.failure = null;
  paint("b");
  jest.advanceTimersByTime(999);
  expect(await waiting.found()).toBe("nothing yet");
  jest.advanceTimersByTime(1);
  expect(await waiting.found()).toBe("b since null");
  expect(encoder.made).toEqual(["a", "b"]);
});

test("a picture that cannot be made is an error, and so is a screen that is not there", async () => {
  encoder.failure = new PictureError("parameters", "too wide");
  expect(await next().found()).toBe("too wide");
  follower = follow(10, { ...view, screen: 2 });
  expect(await next().found()).toBe("screen 2 is unknown: the host has one screen");
});

test("one of several screens is looked up for each picture", async () => {
  session.screens = [
    { x: 0, y: 0, width: 1, height: 1 },
    { x: 1, y: 0, width: 1, height: 1 },
  ];
  follower = follow(10, { ...view, screen: 2 });
  await next().found();
  jest.advanceTimersByTime(100);
  paint("b");
  await next().found();
  expect(encoder.made).toEqual(["a 1", "b 1"]);
  expect(session.asked).toBe(1);
});

test("one of several screens that has another place now is a new picture", async () => {
  const right = { x: 1, y: 0, width: 1, height: 1 };
  session.screens = [{ ...right, x: 0 }, right];
  follower = follow(10, { ...view, screen: 2 });
  await next().found();
  jest.advanceTimersByTime(100);
  const waiting = next();
  await settle();
  session.screens = [right, { ...right, x: 0 }];
  feed.wake();
  await waiting.found();
  expect(encoder.made).toEqual(["a 1", "a 0"]);
});
