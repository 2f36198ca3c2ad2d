/**
 * Who imports whom in src/, against the table below: imports point down, and nothing goes round in
 * a circle.
 */
import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { posix } from "node:path";

/** What a folder (or a file of src/ itself) may import of the others. `type`: only its types. */
const layers: Record<string, readonly string[]> = {
  bytes: [],
  scheduling: [],
  "version.ts": ["../package.json"],
  log: [],
  access: ["net/host-name.ts", "net/ip-address.ts", "type log", "type qt", "veyon/feature-ids.ts"],
  config: ["access", "log"],
  net: ["bytes", "scheduling"],
  qt: ["bytes"],
  rfb: ["bytes", "scheduling"],
  veyon: ["bytes", "qt", "rfb/handshake.ts"],
  image: ["bytes/buffer-pool.ts", "scheduling", "type rfb/rect.ts", "type rfb/size.ts"],
  viewer: ["bytes", "image/jpeg/jpeg-file.ts", "rfb", "scheduling", "type image"],
  connect: ["bytes", "net", "rfb/handshake.ts", "rfb/size.ts", "scheduling", "veyon", "type log"],
  hosts: [
    "bytes",
    "connect",
    "qt",
    "rfb",
    "scheduling",
    "veyon",
    "type log",
    "type net/host-guard.ts",
  ],
  watch: [
    "connect",
    "hosts",
    "image",
    "rfb/framebuffer.ts",
    "type log",
    "type qt",
    "type rfb/rect.ts",
    "type rfb/size.ts",
    "type veyon",
  ],
  live: [
    "bytes",
    "connect",
    "image/jpeg/jpeg-run.ts",
    "veyon/clipboard-message.ts",
    "viewer",
    "watch",
    "type access",
    "type hosts/input/input.ts",
    "type image",
    "type log",
    "type qt",
    "type rfb",
    "type scheduling",
  ],
  page: ["veyon/authentication-methods.ts", "veyon/feature-ids.ts", "type qt/uuid.ts"],
  http: [
    "access",
    "connect",
    "hosts",
    "image",
    "qt/uuid.ts",
    "rfb/framebuffer.ts",
    "scheduling/memory-budget.ts",
    "veyon/authentication-methods.ts",
    "veyon/crypto.ts",
    "watch",
    "live",
    "page/page.html",
    "page/room.ts",
    "type log",
    "type veyon",
    "version.ts",
  ],
  listener: ["access/client-network.ts", "http", "live", "log"],
  metrics: [
    "connect/host-address.ts",
    "type hosts",
    "type http",
    "type image",
    "type scheduling",
    "type watch",
  ],
  sim: ["bytes", "qt", "veyon", "type rfb/rect.ts"],
  cli: [
    "access",
    "bytes/buffer-pool.ts",
    "bytes/errors.ts",
    "config",
    "connect",
    "hosts",
    "http",
    "image",
    "listener",
    "live",
    "log",
    "metrics",
    "net/dial.ts",
    "type page",
    "scheduling",
    "sim",
    "veyon",
    "watch",
    "version.ts",
  ],
  "runtime-settings.ts": [],
  "replace-process.ts": ["runtime-settings.ts"],
  "main.ts": ["cli", "config", "listener", "replace-process.ts"],
};

/**
 * Who may import a package, or a module of the runtime that reaches out of the process. Others are
 * free.
 */
const packages: Record<string, readonly string[]> = {
  hono: ["http"],
  preact: ["page"],
  "@novnc/novnc": ["page"],
  "@hono/node-server": ["listener", "type http"],
  zod: ["access", "config", "hosts/features", "http"],
  imagescript: ["image"],
  "prom-client": ["metrics"],
  "@hono/zod-validator": ["http"],
  "hono-openapi": ["http/openapi"],
  "openapi-types": ["type http"],
  "swagger-ui-dist": ["http/pages"],
  "fastest-levenshtein": ["config"],
  "lru-cache": ["access", "connect", "http", "image", "live", "net", "viewer", "watch"],
  "bun:ffi": ["cli/service-manager.ts"],
  "bun:sqlite": ["access/change-token-file.ts"],
  "node:tls": ["cli/tls-files.ts", "net", "sim"],
  "node:child_process": ["net"],
  "node:http": ["listener"],
  "node:https": ["listener"],
  ws: ["listener"],
};

interface Import {
  /** Paths inside src/. */
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const importForms =
  /\b(?:import|export)\s+(type\s+)?([^"';]*?)\s*\bfrom\s+"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g;

/** The imports of a file; a package keeps its name. */
function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(importForms)].map(([, type, names = "", source, bare]) => {
    const specifier = source ?? bare;
    const isPackage = !specifier.startsWith(".");
    const to = isPackage ? specifier : posix.join(posix.dirname(from), specifier);
    const list = /^\{(.*)\}$/s
      .exec(names.trim())?.[1]
      .split(",")
      .map((name) => name.trim());
    const named = list?.filter((name) => name !== "") ?? [names];
    const isType = type !== undefined || named.every((name) => name.startsWith("type "));
    return { from, to, isType };
  });
}

const layerOf = (path: string) => path.split("/")[0];
const isInside = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const isPackage = (to: string) => !/\.(tsx?|json|html|js|wasm)$/.test(to);

function isAllowed({ from, to, isType }: Import): boolean {
  if (isPackage(to) || /^(node:|imagescript|swagger-ui-dist)/.test(to)) {
    const name = Object.keys(packages).find((each) => isInside(to, each));
    if (name === undefined) return to.startsWith("node:") || to === "bun";
    return packages[name].some((place) => isMet(place, from, isType));
  }
  if (layerOf(from) === layerOf(to)) return true;
  return (layers[layerOf(from)] ?? []).some((rule) => isMet(rule, to, isType));
}

function isMet(rule: string, path: string, isType: boolean): boolean {
  return rule.startsWith("type ") ? isType && isInside(path, rule.slice(5)) : isInside(path, rule);
}

/**
 * A way from a file back to itself, if there is one. Types do not count: a hook and what it is
 * given name each other.
 */
function findCycle(imports: readonly Import[]): string[] | null {
  const loaded = imports.filter(({ isType }) => !isType);
  const targets = Map.groupBy(loaded, ({ from }) => from);
  const finished = new Set<string>();
  function visit(file: string, path: readonly string[]): string[] | null {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return null;
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle !== null) return cycle;
    }
    finished.add(file);
    return null;
  }
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

const root = new URL("../src/", import.meta.url).pathname;
const files = [...new Glob("**/*.{ts,tsx}").scanSync(root)].sort();
const imports = files.flatMap((file) => importsOf(file, readFileSync(root + file, "utf8")));

describe("src", () => {
  test("imports only what the table allows", () => {
    const forbidden = imports.filter((each) => !isAllowed(each));
    expect(forbidden.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    expect(imports.length).toBeGreaterThan(400);
  });

  test("imports all that the table allows", () => {
    const needless = Object.entries(layers).flatMap(([layer, rules]) => {
      const own = imports.filter(({ from }) => layerOf(from) === layer);
      const isNeeded = (rule: string) => own.some(({ to, isType }) => isMet(rule, to, isType));
      return rules.filter((rule) => !isNeeded(rule)).map((rule) => `${layer} -> ${rule}`);
    });
    expect(needless).toEqual([]);
  });

  test("has no file outside of the table", () => {
    expect(files.filter((file) => !(layerOf(file) in layers))).toEqual([]);
    expect(
      Object.keys(layers).filter((layer) => !files.some((file) => isInside(file, layer))),
    ).toEqual([]);
  });

  test("has no circle", () => {
    expect(findCycle(imports)).toBeNull();
  });

  test("has no barrels and no utilities", () => {
    const names = files.flatMap((file) => file.replace(/(\.d)?\.tsx?$/, "").split("/"));
    expect(
      names.filter((name) => /^(index|utils?|helpers?|common|misc|shared)$/.test(name)),
    ).toEqual([]);
  });

  test("imports its own files by their whole names", () => {
    const own = imports.filter(
      ({ to }) => !isPackage(to) && !/^(node:|imagescript|swagger-ui-dist)/.test(to),
    );
    const missing = own.filter(({ to }) => /\.tsx?$/.test(to) && !files.includes(to));
    expect(missing.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
});

describe("the check itself", () => {
  const of = (from: string, source: string) => importsOf(from, source);

  test("finds every form of an import", () => {
    const source = `
      import { a } from "../bytes/a.ts";
      import type { B } from "../bytes/b.ts";
      import { type C, d } from "./c.ts";
      import {
        type E,
        type F,
      } from "../../e.ts";
      import * as g from "node:net";
      export { h } from "./h.ts";
      import "./i.ts";
      const j = await import("./j.ts");
      import K, { type L } from "hono";`;
    expect(of("qt/deep/x.ts", source)).toEqual([
      { from: "qt/deep/x.ts", to: "qt/bytes/a.ts", isType: false },
      { from: "qt/deep/x.ts", to: "qt/bytes/b.ts", isType: true },
      { from: "qt/deep/x.ts", to: "qt/deep/c.ts", isType: false },
      { from: "qt/deep/x.ts", to: "e.ts", isType: true },
      { from: "qt/deep/x.ts", to: "node:net", isType: false },
      { from: "qt/deep/x.ts", to: "qt/deep/h.ts", isType: false },
      { from: "qt/deep/x.ts", to: "qt/deep/i.ts", isType: false },
      { from: "qt/deep/x.ts", to: "qt/deep/j.ts", isType: false },
      { from: "qt/deep/x.ts", to: "hono", isType: false },
    ]);
  });

  test.each([
    ["bytes/x.ts", 'import "../qt/uuid.ts"'],
    ["qt/x.ts", 'import type { A } from "../rfb/rect.ts"'],
    ["http/v1/x.ts", 'import { A } from "../../veyon/authentication.ts"'],
    ["http/x.ts", 'import { A } from "../net/tcp.ts"'],
    ["http/x.ts", 'import type { A } from "../listener/server.ts"'],
    ["hosts/x.ts", 'import { A } from "../http/errors.ts"'],
    ["hosts/x.ts", 'import type { A } from "../watch/demand.ts"'],
    ["connect/x.ts", 'import type { A } from "../hosts/host.ts"'],
    ["hosts/x.ts", 'import { createLogger } from "../log/logger.ts"'],
    ["hosts/x.ts", 'import { Hono } from "hono"'],
    ["hosts/x.ts", 'import tls from "node:tls"'],
    ["image/x.ts", 'import type { A } from "../rfb/framebuffer.ts"'],
    ["rfb/x.ts", 'import { x } from "left-pad"'],
  ])("forbids %s: %s", (from, source) => {
    expect(of(from, source).map(isAllowed)).toEqual([false]);
  });

  test("finds a circle", () => {
    const circle = (isType: boolean): Import[] => [
      { from: "a.ts", to: "b.ts", isType: false },
      { from: "b.ts", to: "c.ts", isType },
      { from: "c.ts", to: "a.ts", isType: false },
    ];
    expect(findCycle(circle(false))).toEqual(["a.ts", "b.ts", "c.ts", "a.ts"]);
    expect(findCycle(circle(false).slice(1))).toBeNull();
    expect(findCycle(circle(true))).toBeNull();
  });
});
