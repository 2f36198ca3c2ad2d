import { isIP } from "node:net";
import { z } from "zod";
import { type HostList, HostListError, parseHostList } from "../access/host-list.ts";
import type { AllowedHostNames } from "../access/host-names.ts";
import { NetworkList } from "../access/network-list.ts";
import { OriginList } from "../access/origin-list.ts";

/** One kind of value: how its text, trimmed, which is what all sources give, becomes the value. */
export interface ValueKind<T> {
  readonly schema: z.ZodType<T, string>;
  /** For people, after "wanted". */
  readonly allowed: string;
  /** Of the text, or "" without one. */
  readonly unit: string;
  /** Whether Veyon's placeholders have a meaning in it. */
  readonly isPath?: boolean;
}

/** A kind that occurs in Veyon's own configuration too, where any text is accepted. */
export interface VeyonKind<T> extends ValueKind<T> {
  /** Null where nothing can be made of the text. */
  readonly readVeyon: (text: string) => VeyonReading | null;
}

export interface VeyonReading {
  /** In range: the schema takes it. */
  readonly text: string;
  /** Whether it is all that the found text says. */
  readonly isExact: boolean;
}

/**
 * The value travels in milliseconds, the text is in the unit that Veyon has chosen for the setting.
 */
const unitMs = { h: 3_600_000, s: 1000, ms: 1 } as const;

const bytesPerMib = 1024 * 1024;

const portCount = 65536;

const pathCharactersMax = 4096;

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number);

export function wholeNumber(least: number, most: number): VeyonKind<number> {
  return {
    schema: decimal.pipe(z.int().min(least).max(most)),
    allowed: `a whole number from ${least} to ${most}`,
    unit: "",
    readVeyon: readNumber((value) => clamp(Math.round(value), least, most)),
  };
}

/** Null for auto. */
export function wholeNumberOrAuto(least: number, most: number): ValueKind<number | null> {
  const { schema, allowed } = wholeNumber(least, most);
  return {
    schema: z.union([z.literal("auto").transform(() => null), schema]),
    allowed: `auto, or ${allowed}`,
    unit: "",
  };
}

/** A port to listen on; 0 takes any free one, which a number below that is not meant to. */
export const listenPort: VeyonKind<number> = {
  ...wholeNumber(0, portCount - 1),
  readVeyon: readNumber((value) => (value < 0 ? null : clamp(Math.round(value), 0, portCount - 1))),
};

/**
 * A port of the hosts. A Veyon Server uses the lower 16 bits of what is set: with 70000 it listens
 * on 4464.
 */
export const hostPort: VeyonKind<number> = {
  ...wholeNumber(1, portCount - 1),
  readVeyon: readNumber((value) => {
    const port = Math.round(value) % portCount;
    return port > 0 ? port : null;
  }),
};

/** A time, fractions allowed; the value is in whole milliseconds. */
export function duration(
  unit: keyof typeof unitMs,
  least: number,
  most: number,
): VeyonKind<number> {
  return {
    schema: decimal.pipe(z.number().min(least).max(most)).transform(toMs),
    allowed: `a number from ${least} to ${most}`,
    unit,
    readVeyon: readNumber((value) => clamp(value, least, most)),
  };

  function toMs(value: number): number {
    return Math.round(value * unitMs[unit]);
  }
}

/** The time after which something ends. With a negative one Veyon never ends it. */
export function expiry(unit: keyof typeof unitMs, least: number, most: number): VeyonKind<number> {
  return {
    ...duration(unit, least, most),
    readVeyon: readNumber((value) => (value < 0 ? most : clamp(value, least, most))),
  };
}

/** An amount of memory in MiB; the value is in bytes. */
export function mebibytes(least: number, most: number): ValueKind<number> {
  const { schema, allowed } = wholeNumber(least, most);
  return { schema: schema.transform((value) => value * bytesPerMib), allowed, unit: "MiB" };
}

/** The same, or "auto" for what the computer's memory allows; the value is then null. */
export function mebibytesOrAuto(least: number, most: number): ValueKind<number | null> {
  const { schema, allowed, unit } = mebibytes(least, most);
  return {
    schema: z.union([z.literal("auto").transform(() => null), schema]),
    allowed: `auto, or ${allowed}`,
    unit,
  };
}

/** To Veyon any text but three is true. */
export const boolean: VeyonKind<boolean> = {
  schema: z.string().pipe(z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] })),
  allowed: "true or false",
  unit: "",
  readVeyon: (text) => {
    const isTrue = !["", "0", "false"].includes(text.toLowerCase());
    return { text: String(isTrue), isExact: true };
  },
};

export function choice<const T extends string>(values: readonly T[]): ValueKind<T> {
  return { schema: z.string().pipe(z.enum(values)), allowed: values.join(", "), unit: "" };
}

/**
 * Control characters are refused: a line break means the content of a key where its path belongs.
 */
const path = z
  .string()
  .max(pathCharactersMax)
  .regex(/^\P{Cc}*$/u);

export const filePath: VeyonKind<string> = {
  schema: path,
  allowed: "the path of a PEM file, or nothing",
  unit: "",
  isPath: true,
  readVeyon: (text) => (path.safeParse(text).success ? { text, isExact: true } : null),
};

/** A directory that Veyon has a setting for, or one of ours. */
export const directoryPath: VeyonKind<string> = {
  ...filePath,
  allowed: "the path of a directory, or nothing",
};

/** A file that is ours. */
export const ownFilePath: ValueKind<string> = {
  ...filePath,
  allowed: "the path of a file, or nothing",
};

/** Null for none, which allows all. */
export const hostList: ValueKind<HostList | null> = {
  schema: parsedBy((text) => (text === "" ? null : parseHostList(text))),
  allowed: "names (room1-*), addresses and networks, each with :port if need be",
  unit: "",
};

export const networkList: ValueKind<NetworkList> = {
  schema: parsedBy((text) => new NetworkList(text)),
  allowed: "addresses and networks such as 10.0.0.0/8, separated by commas, or nothing",
  unit: "",
};

export const originList: ValueKind<OriginList> = {
  schema: parsedBy((text) => new OriginList(text)),
  allowed: "origins such as https://portal.example, separated by commas, or nothing",
  unit: "",
};

const hostName = /^[\p{L}\p{N}_.-]{1,253}$/u;

export const hostNames: ValueKind<AllowedHostNames> = {
  schema: z.union([
    z.enum(["auto", "any"]),
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((name) => name !== ""))
      .pipe(z.array(z.string().regex(hostName)).min(1)),
  ]),
  allowed: "auto, any, or names without ports, separated by commas",
  unit: "",
};

/** Of a function that throws RangeError at what it does not take. */
function parsedBy<T>(parse: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const params = error instanceof HostListError ? { why: error.message } : {};
      context.addIssue({ code: "custom", params });
      return z.NEVER;
    }
  });
}

/** What was found and wanted, where `allowed` would say too little of it; null: it says enough. */
export function explanation({ issues }: z.ZodError): string | null {
  for (const issue of issues) {
    if (issue.code === "custom" && typeof issue.params?.["why"] === "string") {
      return issue.params["why"];
    }
  }
  return null;
}

export const listenAddress: ValueKind<string> = {
  schema: z.string().refine((text) => isIP(text) !== 0 || text === "localhost"),
  allowed: "an IP address of this computer, ::, 0.0.0.0 or localhost",
  unit: "",
};

/**
 * A number, which Veyon would take only without a fraction or an exponent; `serve` brings it into
 * range.
 */
function readNumber(
  serve: (value: number) => number | null,
): (text: string) => VeyonReading | null {
  return (text) => {
    if (!/^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(text)) return null;
    const value = Number(text);
    const served = serve(value);
    return served === null ? null : { text: String(served), isExact: served === value };
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
