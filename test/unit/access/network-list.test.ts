import { expect, test } from "bun:test";
import { NetworkList } from "../../../src/access/network-list.ts";

test.each([
  ["127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "::1", "", "x"]],
  ["10.1.0.0/16, fd00::/8", ["10.1.255.255", "fd12::1", "FD00::"], ["10.2.0.0", "fe80::1"]],
  [" ::1\n10.0.0.9/32,,", ["::1", "0:0:0:0:0:0:0:1", "10.0.0.9"], ["::2", "10.0.0.8"]],
  ["0.0.0.0/0", ["1.2.3.4"], ["::1"]],
  ["", [], ["127.0.0.1", "::1"]],
])("%j", (text, inside, outside) => {
  const list = new NetworkList(text);
  expect(inside.filter((address) => !list.contains(address))).toEqual([]);
  expect(outside.filter((address) => list.contains(address))).toEqual([]);
});

test.each([
  "x",
  "10.0.0",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/-1",
  "::/129",
  "10.0.0.0/8/8",
  "fe80::1%eth0",
  "1.2.3.4;5.6.7.8",
  "1.1.1.1 ".repeat(1001),
])("no list: %j", (text) => {
  expect(() => new NetworkList(text)).toThrow(RangeError);
});
