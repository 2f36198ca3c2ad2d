import { beforeEach, describe, expect, test } from "bun:test";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { PictureFeed } from "../../../src/watch/picture-feed.ts";

let feed: PictureFeed;
beforeEach(() => void (feed = new PictureFeed()));

const stays = new AbortController().signal;
const screen = (revision: number) => ({ revision }) as Framebuffer;

/** Whether it has settled after everything that waits for no clock. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => (over = true));
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  return over;
}

describe("subscribers", () => {
  test("all hear of each picture, until they have enough", () => {
    const heard: string[] = [];
    const endA = feed.subscribe(({ revision }) => void heard.push(`a${revision}`));
    feed.subscribe(({ revision }) => void heard.push(`b${revision}`));
    feed.publish(screen(1));
    endA();
    endA();
    feed.publish(screen(2));
    expect(heard).toEqual(["a1", "b1", "b2"]);
  });

  test("hear nothing of an update that has changed no pixel", () => {
    const heard: Framebuffer[] = [];
    feed.subscribe((picture) => void heard.push(picture));
    const [first, second] = [screen(1), screen(1)];
    feed.publish(first);
    feed.publish(first);
    feed.publish(second);
    expect(heard).toEqual([first, second]);
    expect(heard[1]).toBe(second);
  });

  test("that end while they are told are told no more, and the others are", () => {
    const heard: string[] = [];
    const end = feed.subscribe(() => {
      heard.push("a");
      end();
    });
    feed.subscribe(() => void heard.push("b"));
    feed.publish(screen(1));
    feed.publish(screen(2));
    expect(heard).toEqual(["a", "b", "b"]);
  });
});

describe("the next picture is waited for", () => {
  test("until it comes, and not one that has been there", async () => {
    feed.publish(screen(1));
    const next = feed.next(stays);
    expect(await isOver(next)).toBeFalse();
    feed.publish(screen(2));
    expect(await isOver(next)).toBeTrue();
  });

  test("until all are woken", async () => {
    const waiting = [feed.next(stays), feed.next(stays)];
    expect(await isOver(Promise.all(waiting).then(() => {}))).toBeFalse();
    feed.wake();
    expect(await isOver(Promise.all(waiting).then(() => {}))).toBeTrue();
  });

  test("by nobody who has gone", async () => {
    const caller = new AbortController();
    const next = feed.next(caller.signal);
    expect(await isOver(next)).toBeFalse();
    caller.abort();
    expect(await isOver(next)).toBeTrue();
    expect(await isOver(feed.next(caller.signal))).toBeTrue();
  });
});
