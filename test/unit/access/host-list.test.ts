import { expect, test } from "bun:test";
import { HostListError, parseHostList } from "../../../src/access/host-list.ts";

test.each([
  ["", "found no host"],
  [" , ", "found no host"],
  ["a,".repeat(1001), "found 1001 hosts, wanted at most 1000"],
  ["room1 *!", 'found "*!", wanted a name'],
  ["http://room1", 'found "http://room1", wanted a port'],
  ["http://room1:80", 'found "http://room1:80", wanted an address in front of the slash'],
  ["room1/pc", 'found "room1/pc", wanted an address in front of the slash'],
  ["user@room1", 'found "user@room1", wanted a name'],
  ["[room1", 'found "[room1", wanted a name'],
  [`${"a".repeat(254)}`, "wanted a name"],
  ["10.1.*", 'found "10.1.*", wanted a whole address'],
  ["10.1.0.*", "wanted a whole address"],
  ["10.1", "wanted a whole address"],
  ["10.1/16", 'found "10.1/16", wanted a whole address'],
  ["010.1.0.7", "wanted a whole address"],
  ["0x7f000001", "wanted a whole address"],
  ["10.1.0.0/33", "wanted a number from 0 to 32 behind the slash"],
  ["10.1.0.0/", "wanted a number from 0 to 32 behind the slash"],
  ["10.1.0.0/-1", "wanted a number from 0 to 32 behind the slash"],
  ["10.1.0.0/255.255.0.0", "wanted a number from 0 to 32 behind the slash"],
  ["fd91::/129", "wanted a number from 0 to 128 behind the slash"],
  ["::ffff:10.1.0.0/112", "wanted an address in front of the slash"],
  ["fe80::1%eth0", "wanted a name"],
  ["fe80::%eth0/64", "wanted an address in front of the slash"],
  ["room1:", "behind the colon"],
  ["room1:0", "behind the colon"],
  ["room1:65536", "behind the colon"],
  ["room1:5-4", "behind the colon"],
  ["room1:1-65536", "behind the colon"],
  ["room1:http", "behind the colon"],
  ["room1:11100:22", "wanted a name"],
])("%p is refused, and what is wrong is named", (list, reason) => {
  let error: unknown;
  try {
    parseHostList(list);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(HostListError);
  expect((error as Error).message).toContain(reason);
});
