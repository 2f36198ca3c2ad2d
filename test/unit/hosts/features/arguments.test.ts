/** What requests may write, and what becomes of it. */
import { describe, expect, test } from "bun:test";
import type { FeatureContext } from "../../../../src/hosts/features/feature.ts";
import { features } from "../../../../src/hosts/features/table.ts";
import type { Variant } from "../../../../src/qt/variant.ts";

const context = (): FeatureContext => ({
  demoServerPort: 11400,
  demoToken: Uint8Array.of(1, 2, 3),
  checkNamed: () => {},
  collectionId: "018faa2e-7682-4680-b780-710579518778",
});

function startOf(name: string) {
  return features.find((feature) => feature.name === name)!.start!;
}

/** The arguments of the messages, by name and plainly; null when the request is refused. */
function sent(name: string, args: unknown, within = context()): Record<string, unknown>[] | null {
  const start = startOf(name);
  const result = start.arguments.safeParse(args);
  if (!result.success) return null;
  return start
    .messages(result.data, within)
    .map(({ arguments: list }) =>
      Object.fromEntries(list.map(([key, value]) => [key.name, plain(value)])),
    );
}

function plain(variant: Variant): unknown {
  return variant.type === "Invalid" ? undefined : variant.value;
}

/** A request's `arguments`, and the one argument that goes out; null: refused. */
type Row = [args: unknown, argument: unknown];

describe("a number", () => {
  const rows: Row[] = [
    [5, 5],
    ["7", 7],
    [" 7 ", 7],
    [7.6, 8],
    [7.4, 7],
    ["7.6", 8],
    [0, 0],
    [0x7fffffff, 0x7fffffff],
    [undefined, 60],
    [null, 60],
    [-1, null],
    [0x80000000, null],
    [1e300, null],
    ["", null],
    ["seven", null],
    [true, null],
    [[5], null],
    [{}, null],
  ];

  test.each(rows)("%p as shutdownTimeout", (shutdownTimeout, argument) => {
    const messages = sent("PowerDownDelayed", { shutdownTimeout });
    expect(messages).toStrictEqual(argument === null ? null : [{ ShutdownTimeout: argument }]);
  });

  test.each([
    [-0x80000000, -0x80000000],
    [-0x80000001, null],
    ["2", 2],
    ["", 0],
    [true, 1],
    [false, 0],
    [null, 0],
    ["warning", null],
  ])("%p as icon", (icon, argument) => {
    const messages = sent("TextMessage", { text: "t", icon });
    expect(messages).toStrictEqual(argument === null ? null : [{ Text: "t", Icon: argument }]);
  });

  test.each([
    [0, true],
    [65535, true],
    ["11500", true],
    [65536, false],
    [-1, false],
  ])("%p as port", (demoServerPort, taken) => {
    const messages = sent("DemoServer", { demoServerPort });
    if (taken) expect(messages![0].DemoServerPort).toBe(Number(demoServerPort));
    else expect(messages).toBeNull();
  });
});

describe("a text", () => {
  const longest = "\u00e4".repeat(32768);
  const rows: Row[] = [
    ["Hällo <b>x</b>", "Hällo <b>x</b>"],
    ["", ""],
    [5, "5"],
    [7.5, "7.5"],
    [true, "true"],
    [longest, longest],
    [`${longest}x`, null],
    // Two units each, and the host counts units.
    ["\u{1f600}".repeat(16384), "\u{1f600}".repeat(16384)],
    ["\u{1f600}".repeat(16385), null],
    [undefined, null],
    [null, null],
    [["a"], null],
    [{}, null],
  ];

  test.each(rows.map(([text, argument], index) => ({ index, text, argument })))(
    "as text of a message, $index",
    ({ text, argument }) => {
      const messages = sent("TextMessage", { text });
      expect(messages).toStrictEqual(argument === null ? null : [{ Text: argument, Icon: 0 }]);
    },
  );

  test("a title only when it is given", () => {
    expect(sent("TextMessage", { text: "t", title: "" })).toStrictEqual([
      { Text: "t", Icon: 0, Title: "" },
    ]);
    expect(sent("TextMessage", { text: "t", title: null })).toStrictEqual([{ Text: "t", Icon: 0 }]);
  });
});

describe("a list of texts", () => {
  const rows: Row[] = [
    [
      ["a", "b"],
      ["a", "b"],
    ],
    ["a", ["a"]],
    [7, ["7"]],
    [
      [1, true, "x"],
      ["1", "true", "x"],
    ],
    [Array(1024).fill("a"), Array(1024).fill("a")],
    [Array(1025).fill("a"), null],
    [["a".repeat(32769)], null],
    [[], null],
    [[null], null],
    [[["a"]], null],
    [{}, null],
    [null, null],
  ];

  test.each(rows.map(([applications, argument], index) => ({ index, applications, argument })))(
    "as applications, $index",
    ({ applications, argument }) => {
      const messages = sent("StartApp", { applications });
      expect(messages).toStrictEqual(argument === null ? null : [{ Applications: argument }]);
    },
  );

  test("programs, unless there are applications", () => {
    expect(sent("StartApp", { programs: "old" })).toStrictEqual([{ Applications: ["old"] }]);
    expect(sent("StartApp", { programs: "old", applications: "new" })).toStrictEqual([
      { Applications: ["new"] },
    ]);
  });

  test("websiteUrl, unless there are websiteUrls; each has its message", () => {
    expect(sent("OpenWebsite", { websiteUrl: ["a", "b"] })).toStrictEqual([
      { WebsiteUrls: ["a"] },
      { WebsiteUrls: ["b"] },
    ]);
    expect(sent("OpenWebsite", { websiteUrl: "old", websiteUrls: "new" })).toStrictEqual([
      { WebsiteUrls: ["new"] },
    ]);
  });
});

describe("arguments as a whole", () => {
  const nothing = [undefined, null, [], {}, "x", 5, { unknown: 1 }, { shutdownTimeout: null }];

  test.each(nothing.map((args) => ({ json: String(JSON.stringify(args)), args })))(
    "$json is none",
    ({ args }) => {
      expect(sent("PowerDownDelayed", args)).toStrictEqual([{ ShutdownTimeout: 60 }]);
      expect(sent("TextMessage", args)).toBeNull();
      expect(sent("ScreenLock", args)).toStrictEqual([{}]);
    },
  );

  test.each([
    [{ username: "bob" }],
    [{ password: "x" }],
    [{ username: "", password: "x" }],
    [{ username: "bob", password: "" }],
    [{ username: "bob", password: "ä".repeat(236) }],
  ])("a login needs a name and a password that fits: %#", (args) => {
    expect(sent("UserLogin", args)).toBeNull();
  });

  test("the longest password that fits", () => {
    const [message] = sent("UserLogin", { username: "bob", password: "ä".repeat(235) })!;
    expect(message).toStrictEqual({
      Username: "bob",
      Password: expect.stringMatching(/^[0-9a-f]{1024}$/),
    });
  });
});

describe("a demo", () => {
  test("a token of as many bytes as hosts take, and of one more", () => {
    expect(sent("DemoServer", { demoAccessToken: "ä".repeat(2048) })).not.toBeNull();
    expect(sent("DemoServer", { demoAccessToken: `${"ä".repeat(2048)}x` })).toBeNull();
  });

  test.each([
    [{}, { left: 0, top: 0, right: -1, bottom: -1 }],
    [
      { viewportX: "10", viewportY: 20, viewportWidth: 299.6, viewportHeight: 200 },
      { left: 10, top: 20, right: 309, bottom: 219 },
    ],
    [
      { viewportX: -5, viewportHeight: 1, viewportWidth: 1 },
      { left: -5, top: 0, right: -5, bottom: 0 },
    ],
  ])("viewport, %#", (args, viewport) => {
    expect(sent("FullScreenDemo", args)![0].Viewport).toStrictEqual(viewport);
  });

  test("without a host the host takes the address of this server", () => {
    for (const args of [{}, { demoServerHost: null }]) {
      expect(sent("FullScreenDemo", args)![0].DemoServerHost).toBeNull();
    }
  });
});
