import { describe, expect, test } from "bun:test";
import { AllowedHosts } from "../../../src/access/allowed-hosts.ts";
import { parseHostList } from "../../../src/access/host-list.ts";
import { parseHostAddress } from "../../../src/connect/host-address.ts";

const defaultPort = 11100;

function allowed(list: string): AllowedHosts {
  return new AllowedHosts({ list: parseHostList(list), defaultPort, holder: "the list" });
}

/** As it comes out of a path; with what the name stands for. */
function refusalOf(list: string, host: string, ip?: string): string | null {
  const asked = parseHostAddress(host, defaultPort);
  const guard = allowed(list);
  return guard.refusal(asked) ?? (ip === undefined ? null : guard.addressRefusal(asked, ip));
}

const no = "it is none of the list";
const noPort = "its port is none of the list";

describe("a name", () => {
  test.each([
    ["room1-pc1", "room1-pc1"],
    ["room1-pc1", "ROOM1-PC1"],
    ["ROOM1-PC1", "room1-pc1"],
    ["room1-pc1", "room1-pc1."],
    ["room1-pc1.", "room1-pc1"],
    ["room1-pc1", "room1-pc1:11100"],
    ["room1-*", "room1-pc1"],
    ["*-pc*", "room1-pc1"],
    ["*", "anything"],
    ["**", "any.thing.example"],
    ["*.school.example", "pc1.school.example"],
    ["**.school.example", "pc1.room1.school.example"],
    ["raum-*", "raum-ü"],
    ["Bu\u0308ro", "BÜRO"],
    ["room_1, room_2", "room_2"],
    ["room_1\n\troom_2", "room_2"],
  ])("in %p: %s", (list, host) => {
    expect(refusalOf(list, host, "10.1.0.7")).toBeNull();
  });

  test.each([
    ["room1-*", "room2-pc1"],
    ["room1-*", "xroom1-pc1"],
    ["room1-*", "room1-pc1.evil.example"],
    ["room1-pc1", "room1-pc12"],
    ["room1-pc1", "room1-pc1.evil.example"],
    ["*", "any.thing"],
    ["*.school.example", "pc1.school.example.evil"],
    ["*.school.example", "a.b.school.example"],
    ["**.school.example", "evilschool.example"],
    ["room1.pc", "room1xpc"],
    // Addresses are none of the names that stars stand for, in no spelling.
    ["**", "10.1.0.7"],
    ["**", "10.1.0.7."],
    ["**", "10.1.7"],
    ["**", "0xa.1.0.7"],
    ["**", "167837703"],
    ["**", "0x0a010007"],
    ["**", "09.1.1.1"],
    ["**", "::1"],
    ["**", "[fd91::7]"],
    ["**", "fe80::1%eth0"],
  ])("not in %p: %s", (list, host) => {
    expect(refusalOf(list, host)).toBe(no);
  });
});

describe("an address", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    // What else the system takes for the same one.
    ["127.0.0.1", "127.1"],
    ["127.0.0.1", "2130706433"],
    ["127.0.0.1", "0x7f000001"],
    ["127.0.0.1", "0177.0.0.1"],
    ["127.0.0.1", "127.0.0.1."],
    ["127.0.0.1", "::ffff:127.0.0.1"],
    ["127.0.0.1", "[0:0:0:0:0:FFFF:7f00:1]"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["10.1.0.0/16", "10.1.255.255"],
    ["10.1.3.4/16", "10.1.0.0"],
    ["10.1.0.7/32", "10.1.0.7"],
    ["10.1.0.0/16", "012.1.0.0"],
    ["0.0.0.0/0", "8.8.8.8"],
    ["fd91::7", "FD91:0::7"],
    ["[fd91::7]", "[fd91::7]"],
    ["fd91::/64", "fd91::ffff"],
    ["::/0", "fd91::1"],
    ["fe80::/10", "fe80::1%eth0"],
  ])("in %s: %s", (list, host) => {
    const asked = parseHostAddress(host, defaultPort);
    expect(refusalOf(list, host, asked.host)).toBeNull();
  });

  test.each([
    ["127.0.0.1", "127.0.0.2"],
    ["10.1.0.0/16", "10.2.0.0"],
    ["10.1.0.0/16", "::ffff:10.2.0.0"],
    ["10.1.0.7", "167837704"],
    ["10.1.0.0/16", "room1-pc1"],
    ["fd91::/64", "fd91:0:0:1::"],
    ["::/0", "10.1.0.7"],
    ["::/0", "::ffff:10.1.0.7"],
    ["0.0.0.0/0", "::1"],
    ["0.0.0.0/0", "::127.0.0.1"],
    ["10.0.0.0/8", "64:ff9b::10.0.0.1"],
  ])("not in %s: %s", (list, host) => {
    expect(refusalOf(list, host)).toBe(no);
  });
});

describe("a port", () => {
  test.each([
    ["room1-*", "room1-pc1:11101", noPort],
    ["room1-*", "room1-pc1:22", noPort],
    ["room1-*:11101", "room1-pc1", noPort],
    ["room1-*:11101", "room1-pc1:11101", null],
    ["room1-*:11100-11110", "room1-pc1:11110", null],
    ["room1-*:11100-11110", "room1-pc1:11111", noPort],
    ["room1-*:*", "room1-pc1:22", null],
    ["room1-*:22, room1-pc1", "room1-pc1:22", null],
    ["10.1.0.0/16", "10.1.0.7:22", noPort],
    ["10.1.0.0/16:22", "10.1.0.7:22", null],
    ["[fd91::/64]:22", "[fd91::7]:22", null],
    ["[fd91::7]:*", "[fd91::7]:22", null],
    ["fd91::7", "[fd91::7]:22", noPort],
    ["fd91::7", "fd91::7:11101", noPort],
  ])("%s: %s", (list, host, refusal) => {
    expect(refusalOf(list, host)).toBe(refusal);
  });
});

describe("what a name stands for", () => {
  test.each([
    ["room1-*, 10.1.0.0/16", "10.1.0.7", null],
    ["room1-*, 10.1.0.0/16", "::ffff:10.1.0.7", null],
    ["room1-*, 10.1.0.0/16", "10.2.0.7", "its address 10.2.0.7 is none of the list"],
    ["room1-*, 10.1.0.0/16", "127.0.0.1", "its address 127.0.0.1 is none of the list"],
    // The name's entry says which ports; the address is a place only.
    ["room1-*, 10.1.0.0/16:22", "10.1.0.7", null],
    ["room1-*", "10.2.0.7", null],
    // No name that a star stands for leads here, or to what only this computer reaches.
    ["room1-*", "127.0.0.1", "its address 127.0.0.1 is none of the list"],
    ["room1-*", "::1", "its address ::1 is none of the list"],
    ["room1-*", "::", "its address :: is none of the list"],
    ["room1-*", "0.0.0.0", "its address 0.0.0.0 is none of the list"],
    ["room1-*", "::ffff:127.0.0.1", "its address 127.0.0.1 is none of the list"],
    ["room1-*", "169.254.169.254", "its address 169.254.169.254 is none of the list"],
    ["room1-*", "fe80::1%eth0", "its address fe80::1 is none of the list"],
    ["room1-*", "224.0.0.251", "its address 224.0.0.251 is none of the list"],
    ["room1-*", "255.255.255.255", "its address 255.255.255.255 is none of the list"],
    ["room1-*", "ff02::1", "its address ff02::1 is none of the list"],
    ["room1-*, 127.0.0.1", "127.0.0.1", null],
    ["room1-*, room1-pc1", "127.0.0.1", null],
    ["room1-*", "no address", "its address no address is none of the list"],
  ])("%s: room1-pc1 is %s", (list, ip, refusal) => {
    expect(refusalOf(list, "room1-pc1", ip)).toBe(refusal);
  });

  test("of an address in another spelling, is compared as well", () => {
    expect(refusalOf("127.0.0.1", "127.1", "10.0.0.1")).toBe(
      "its address 10.0.0.1 is none of the list",
    );
  });
});

test("a long name costs no time, whatever the stars", () => {
  const stars = "*a*a*a*a*a*a*a*a*b";
  expect(refusalOf(stars, "a".repeat(253))).toBe(no);
});

test("lists with the same hosts are one to those who keep answers", () => {
  expect(allowed("a,b").id).toBe(allowed(" a  b ").id);
  expect(allowed("a,b").id).not.toBe(allowed("a,c").id);
});
