import { expect, test } from "bun:test";
import { clientNetwork } from "../../../src/access/client-network.ts";

test.each([
  ["10.0.0.7", "10.0.0.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:01:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::7", "2001:db8:0:0::/64"],
  ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
  ["::1", "0:0:0:0::/64"],
  ["64:ff9b::1.2.3.4", "64:ff9b:0:0::/64"],
  ["fe80::1%eth0", "fe80::1"],
  ["", ""],
])("%s is of %s", (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});
