import { describe, expect, test } from "bun:test";
import { NetworkList } from "../../../src/access/network-list.ts";
import { ClientAddresses } from "../../../src/http/client-address.ts";

function from(trusted: string, remoteAddress: string | undefined, forwarded?: string) {
  const clients = new ClientAddresses(new NetworkList(trusted));
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return clients.of({ socket: { remoteAddress }, headers });
}

test("whoever has called, without a proxy that is trusted", () => {
  expect(from("", "::ffff:10.0.0.7")).toBe("10.0.0.7");
  expect(from("", "fd00::7", "1.2.3.4")).toBe("fd00::7");
  expect(from("10.0.0.1", "10.0.0.7", "1.2.3.4")).toBe("10.0.0.7");
  expect(from("10.0.0.1", undefined, "1.2.3.4")).toBeUndefined();
});

describe("by way of a trusted proxy", () => {
  const trusted = "127.0.0.1, ::1, 10.9.0.0/16";

  test.each([
    ["1.2.3.4", "1.2.3.4"],
    ["1.2.3.4:55555", "1.2.3.4"],
    ["fd00::7", "fd00::7"],
    ["[fd00::7]", "fd00::7"],
    ["[fd00::7]:55555", "fd00::7"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    // What stands in front has been written by the client.
    ["6.6.6.6, 1.2.3.4", "1.2.3.4"],
    ["127.0.0.1,1.2.3.4", "1.2.3.4"],
    // Proxies in a row.
    ["1.2.3.4, 10.9.0.3", "1.2.3.4"],
    ["6.6.6.6, 1.2.3.4, 10.9.0.3 , 10.9.0.4", "1.2.3.4"],
    ["10.9.0.3", "10.9.0.3"],
    // What is no address ends the way.
    ["unknown", "127.0.0.1"],
    ["1.2.3.4, _hidden, 10.9.0.3", "10.9.0.3"],
    ["", "127.0.0.1"],
    ["1.2.3.4:", "127.0.0.1"],
  ])("%j is from %s", (forwarded, client) => {
    expect(from(trusted, "127.0.0.1", forwarded)).toBe(client);
    expect(from(trusted, "::1", forwarded)).toBe(client === "127.0.0.1" ? "::1" : client);
  });

  test("a header of trusted addresses alone, without end", () => {
    expect(from(trusted, "127.0.0.1", "10.9.0.3,".repeat(20_000) + "10.9.0.4")).toBe("10.9.0.3");
  });
});
