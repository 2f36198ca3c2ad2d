/** What a stream of pictures says of a screen that stands still, by a clock that stands still. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { partsForPrograms } from "../../../../src/http/live/multipart.ts";
import { pictureParts } from "../../../../src/http/live/picture-parts.ts";
import type { FollowedPicture, Follower } from "../../../../src/watch/follower.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const picture = (text: string) =>
  ({ picture: { bytes: Buffer.from(text) }, sinceRevision: null }) as unknown as FollowedPicture;

/** Gives what it is told to, and null when it is given up. */
class FakeFollower {
  show: (next: FollowedPicture) => void = () => {};

  next(signal: AbortSignal): Promise<FollowedPicture | null> {
    return new Promise((resolve) => {
      this.show = resolve;
      signal.addEventListener("abort", () => resolve(null), { once: true });
    });
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function follow(first: FollowedPicture | null) {
  const follower = new FakeFollower();
  const end = new AbortController();
  const shown: string[] = [];
  const writer = partsForPrograms("image/jpeg");
  const parts = pictureParts(writer, first, follower as unknown as Follower, end.signal);
  const over = (async () => {
    for await (const part of parts) {
      const text = Buffer.from(part).toString();
      if (text.trim() !== "" && !text.startsWith("--frame\r\n")) shown.push(text.trim());
    }
  })();
  await settle();
  return { follower, end, shown, over };
}

test("is its picture again, once a minute", async () => {
  const { follower, end, shown, over } = await follow(picture("a"));
  expect(shown).toEqual(["a"]);
  jest.advanceTimersByTime(59_999);
  await settle();
  expect(shown).toEqual(["a"]);
  jest.advanceTimersByTime(1);
  await settle();
  expect(shown).toEqual(["a", "a"]);
  jest.advanceTimersByTime(30_000);
  follower.show(picture("b"));
  await settle();
  jest.advanceTimersByTime(59_999);
  await settle();
  expect(shown).toEqual(["a", "a", "b"]);
  end.abort();
  await over;
  expect(shown).toEqual(["a", "a", "b", "--frame--"]);
  expect(jest.getTimerCount()).toBe(0);
});

test("is nothing before the first picture", async () => {
  const { follower, end, shown, over } = await follow(null);
  jest.advanceTimersByTime(200_000);
  await settle();
  expect(shown).toEqual([]);
  follower.show(picture("a"));
  await settle();
  expect(shown).toEqual(["a"]);
  end.abort();
  await over;
});
