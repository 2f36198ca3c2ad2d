/** A FramebufferUpdate, whole and in parts. */
import { expect, test } from "bun:test";
import { viewerLimits } from "../../../src/viewer/limits.ts";
import { UpdateMessage } from "../../../src/viewer/update-message.ts";

const rect = { x: 1, y: 2, width: 3, height: 4 };
const rectOf = (bytes: number) => ({ rect, encoding: 7, payload: new Uint8Array(bytes).fill(9) });
const header = "0001" + "0002" + "0003" + "0004" + "00000007";
const lastRect = "0000".repeat(4) + "ffffff20";

test.each([false, true])("a small one has its count, whoever gets it", (knowsLastRect) => {
  const message = new UpdateMessage(knowsLastRect);
  expect(message.isEmpty).toBe(true);
  message.add(rectOf(1));
  message.add(rectOf(2));
  expect([message.isEmpty, message.isFull]).toEqual([false, false]);
  expect(message.hasPart).toBe(false);
  expect(message.finish().toHex()).toBe(`00000002${header}09${header}0909`);
});

test("of a large one parts are sent before it is whole, and LastRect ends it", () => {
  const message = new UpdateMessage(true);
  message.add(rectOf(viewerLimits.partBytesMin));
  const first = message.takePart();
  expect(first.subarray(0, 16).toHex()).toBe(`0000ffff${header}`);
  expect(first.length).toBe(16 + viewerLimits.partBytesMin);
  message.add(rectOf(1));
  expect(message.hasPart).toBe(false);
  message.add(rectOf(viewerLimits.partBytesMin));
  expect(message.takePart().subarray(0, 14).toHex()).toBe(`${header}09${header.slice(0, 2)}`);
  expect(message.finish().toHex()).toBe(lastRect);
});

test("without LastRect it is full when it has so many bytes, and sent whole", () => {
  const message = new UpdateMessage(false);
  message.add(rectOf(viewerLimits.updateBytesMax - 17));
  expect(message.isFull).toBe(false);
  message.add(rectOf(1));
  expect(message.isFull).toBe(true);
  expect(message.hasPart).toBe(false);
  expect(message.finish().subarray(0, 4).toHex()).toBe("00000002");
});
