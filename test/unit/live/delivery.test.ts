import { beforeEach, expect, test } from "bun:test";
import { Delivery } from "../../../src/live/delivery.ts";
import type { MessageSocket } from "../../../src/live/message-socket.ts";

let sent: (string | Uint8Array)[];
/** Each message's: the system has taken it, and the client has read it. */
let taken: PromiseWithResolvers<void>[];
let read: PromiseWithResolvers<void>[];
let delivery: Delivery;

beforeEach(() => {
  sent = [];
  taken = [];
  read = [];
  const socket: Partial<MessageSocket> = {
    send(message) {
      sent.push(message);
      taken.push(Promise.withResolvers());
      return taken.at(-1)!.promise;
    },
    allRead() {
      read.push(Promise.withResolvers());
      return read.at(-1)!.promise;
    },
  };
  delivery = new Delivery(socket as MessageSocket);
});

const kilobytes = (count: number) => new Uint8Array(count * 1024);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void promise.then(() => (isOver = true));
  await settle();
  return isOver;
}

test("the next message waits until the system has taken the last one", async () => {
  const first = delivery.send(() => "1");
  void delivery.send(() => "2");
  expect(await isSettled(first)).toBeFalse();
  expect(sent).toEqual(["1"]);
  taken[0].resolve();
  expect(await isSettled(first)).toBeTrue();
  expect(sent).toEqual(["1", "2"]);
});

test("there is room for less than 128 KiB that were not read", async () => {
  for (const size of [100, 27, 2]) void delivery.send(() => kilobytes(size));
  await settle();
  for (let i = 0; i < 3; i++) {
    taken[i].resolve();
    await settle();
  }
  expect(sent).toHaveLength(3);
  const room = delivery.room();
  expect(await isSettled(room)).toBeFalse();
  read[1].resolve();
  expect(await isSettled(room)).toBeTrue();
});

test("what is sent is what is so when there is room", async () => {
  let now = "old";
  void delivery.send(() => kilobytes(128));
  void delivery.send(() => now);
  await settle();
  taken[0].resolve();
  await settle();
  expect(sent).toHaveLength(1);
  now = "new";
  read[0].resolve();
  await settle();
  expect(sent[1]).toBe("new");
});

test("one who has nothing to say any more makes room for the next", async () => {
  void delivery.send(() => null);
  void delivery.send(() => "2");
  await settle();
  expect(sent).toEqual(["2"]);
});

test("one that cannot say it does not keep others from it", async () => {
  const failed = delivery.send(() => {
    throw new Error("no words");
  });
  expect(failed).rejects.toThrow("no words");
  void delivery.send(() => "2");
  await settle();
  expect(sent).toEqual(["2"]);
});
