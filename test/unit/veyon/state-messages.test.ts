/**
 * Each decoder on what is missing, null or of another type; the recordings are in
 * hosts/host-state.test.ts.
 */
import { describe, expect, test } from "bun:test";
import { int, map, string, stringList, type Variant } from "../../../src/qt/variant.ts";
import {
  decodeAccessDenial,
  decodeActiveFeatures,
  decodeApplicationVersion,
  decodeScreens,
  decodeSessionInfo,
  decodeUserInfo,
  query,
} from "../../../src/veyon/state-messages.ts";
import { featureIds } from "../../../src/veyon/feature-ids.ts";

const message = (entries: Record<string, Variant> = {}) => ({
  feature: "00000000-0000-0000-0000-000000000000",
  command: 0,
  arguments: new Map(Object.entries(entries)),
});

const lock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";

test.each<[string, Record<string, Variant>, number | null]>([
  ["by number", { "5": int(7) }, 7],
  ["by name", { ApplicationVersion: int(10) }, 10],
  ["missing", {}, null],
  ["of another type", { "5": string("7") }, null],
])("application version, %s", (_name, args, version) => {
  expect(decodeApplicationVersion(message(args))).toBe(version);
});

test.each<[string, Record<string, Variant>, string[]]>([
  ["in braces", { "0": stringList([`{${lock}}`]) }, [lock]],
  ["without braces, in capitals", { "0": stringList([lock.toUpperCase()]) }, [lock]],
  ["under the first name of number 0", { UserLoginName: stringList([lock]) }, [lock]],
  ["under their own name", { ActiveFeaturesList: stringList([lock]) }, [lock]],
  ["twice", { "0": stringList([lock, `{${lock}}`]) }, [lock]],
  ["none", { "0": stringList([]) }, []],
  ["missing", {}, []],
  ["garbage among them", { "0": stringList(["", "x", lock, "{}"]) }, [lock]],
  ["of another type", { "0": string(lock) }, []],
])("active features, %s", (_name, args, uuids) => {
  expect([...decodeActiveFeatures(message(args))]).toEqual(uuids);
});

describe("user", () => {
  test("up to 4.7.5, by number", () => {
    const args = { "2": int(3), "1": string("Full Name"), "0": string("login") };
    expect(decodeUserInfo(message(args))).toEqual({
      login: "login",
      fullName: "Full Name",
      sessionId: 3,
    });
  });

  test("by name", () => {
    const args = { UserLoginName: string("login"), UserFullName: string("") };
    expect(decodeUserInfo(message(args))).toEqual({
      login: "login",
      fullName: "",
      sessionId: null,
    });
  });

  test("nobody", () => {
    const args = { "2": int(-1), "1": string(null), "0": string(null) };
    expect(decodeUserInfo(message(args))).toEqual({ login: "", fullName: "", sessionId: -1 });
  });

  test("missing, or of another type", () => {
    const nobody = { login: "", fullName: "", sessionId: null };
    expect(decodeUserInfo(message())).toEqual(nobody);
    const args = { "0": int(1), "1": stringList(["a"]), "2": string("2") };
    expect(decodeUserInfo(message(args))).toEqual(nobody);
  });
});

describe("session", () => {
  const session = {
    sessionId: 2,
    uptimeSeconds: 60,
    hostName: "vm",
    clientAddress: "10.0.0.1",
    clientName: "desk",
  };

  test.each<[string, Record<string, Variant>]>([
    [
      "by number",
      {
        "10": string("metadata"),
        "9": string("desk"),
        "8": string("10.0.0.1"),
        "7": string("vm"),
        "6": int(60),
        "2": int(2),
      },
    ],
    [
      "by name",
      {
        SessionId: int(2),
        SessionUptime: int(60),
        SessionHostName: string("vm"),
        SessionClientAddress: string("10.0.0.1"),
        SessionClientName: string("desk"),
      },
    ],
  ])("%s", (_name, args) => {
    expect(decodeSessionInfo(message(args))).toEqual(session);
  });

  test("missing, or of another type", () => {
    const unknown = {
      sessionId: -1,
      uptimeSeconds: -1,
      hostName: "",
      clientAddress: "",
      clientName: "",
    };
    expect(decodeSessionInfo(message())).toEqual(unknown);
    const args = { "2": string("2"), "6": string("60"), "7": int(1), "8": int(1), "9": int(1) };
    expect(decodeSessionInfo(message(args))).toEqual(unknown);
  });
});

describe("screens", () => {
  const geometry = (left: number, top: number, right: number, bottom: number): Variant => ({
    type: "QRect",
    value: { left, top, right, bottom },
  });
  const list = (...value: Variant[]): Variant => ({ type: "QVariantList", value });
  const first = map([
    ["name", string("Screen 1")],
    ["geometry", geometry(0, 0, 63, 47)],
  ]);
  const second = map([
    ["geometry", geometry(-100, 64, 699, 663)],
    ["name", string(null)],
  ]);

  test.each(["3", "ScreenInfoList"])("under %s", (name) => {
    expect(decodeScreens(message({ [name]: list(first, second) }))).toEqual([
      { name: "Screen 1", x: 0, y: 0, width: 64, height: 48 },
      { name: "", x: -100, y: 64, width: 800, height: 600 },
    ]);
  });

  test("what is no screen is left out", () => {
    const withoutGeometry = map([["name", string("x")]]);
    expect(decodeScreens(message({ "3": list(int(1), withoutGeometry, first) }))).toHaveLength(1);
    expect(decodeScreens(message({ "3": string("x") }))).toEqual([]);
    expect(decodeScreens(message())).toEqual([]);
  });
});

test("the reason of a denial", () => {
  expect(decodeAccessDenial(message({ "0": string("No rule") }))).toBe("No rule");
  expect(decodeAccessDenial(message({ Details: string("No rule") }))).toBe("No rule");
  expect(decodeAccessDenial(message())).toBe("");
  expect(decodeAccessDenial(message({ "0": string("x".repeat(1000)) }))).toBe("x".repeat(300));
});

test("questions have no arguments", () => {
  expect(query(featureIds.userInfo)).toEqual({
    feature: "79a5e74d-50bd-4aab-8012-0e70dc08cc72",
    command: 0,
    arguments: [],
  });
});
