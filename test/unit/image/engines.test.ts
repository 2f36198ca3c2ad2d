import { describe, expect, test } from "bun:test";
import type { Codec } from "../../../src/image/strips/codec.ts";
import type { Engine } from "../../../src/image/engines/engine.ts";
import { type EngineChoice, Engines } from "../../../src/image/engines/engines.ts";
import { PictureError } from "../../../src/image/picture-error.ts";

const codecs = { wasm: {} as Codec, bun: {} as Codec, imagescript: {} as Codec };

function engine(name: keyof typeof codecs, missing: boolean): Engine {
  return {
    codec() {
      if (missing) throw new PictureError("engine", `Cannot load ${name}`);
      return codecs[name];
    },
    close() {},
  };
}

function engines(choice: EngineChoice, missing: readonly string[]) {
  const warnings: string[] = [];
  const chosen = new Engines(choice, (message) => warnings.push(message), {
    wasm: engine("wasm", missing.includes("wasm")),
    bun: engine("bun", missing.includes("bun")),
    imagescript: engine("imagescript", missing.includes("imagescript")),
  });
  return { chosen, warnings };
}

const png = { format: "png", level: 5 } as const;
const jpeg = { format: "jpeg", level: 75 } as const;

describe("auto", () => {
  test("takes the fastest, and asks nothing of the others", () => {
    const { chosen, warnings } = engines("auto", ["imagescript"]);
    expect(chosen.codec(png)).toBe(codecs.bun);
    expect(chosen.codec(jpeg)).toBe(codecs.wasm);
    expect(warnings).toEqual([]);
  });

  test("carries on with the next where parts are missing, and says so once", () => {
    const { chosen, warnings } = engines("auto", ["wasm"]);
    for (let time = 0; time < 3; time++) {
      expect(chosen.codec(png)).toBe(codecs.bun);
      expect(chosen.codec(jpeg)).toBe(codecs.bun);
    }
    expect(warnings).toEqual(["Cannot load wasm"]);
  });

  test("carries on with the last where more is missing", () => {
    const { chosen, warnings } = engines("auto", ["wasm", "bun"]);
    for (let time = 0; time < 3; time++) {
      expect(chosen.codec(png)).toBe(codecs.imagescript);
      expect(chosen.codec(jpeg)).toBe(codecs.imagescript);
    }
    expect(warnings).toEqual(["Cannot load bun", "Cannot load wasm"]);
  });

  test("fails when nothing is left", () => {
    const { chosen } = engines("auto", ["wasm", "bun", "imagescript"]);
    expect(() => chosen.codec(png)).toThrow("Cannot load imagescript");
  });
});

test("an engine by name is taken or fails, without a substitute", () => {
  expect(engines("bun", []).chosen.codec(png)).toBe(codecs.bun);
  expect(engines("imagescript", []).chosen.codec(jpeg)).toBe(codecs.imagescript);
  expect(engines("wasm", []).chosen.codec(jpeg)).toBe(codecs.wasm);
  const { chosen, warnings } = engines("imagescript", ["imagescript"]);
  expect(() => chosen.codec(jpeg)).toThrow("Cannot load imagescript");
  expect(warnings).toEqual([]);
});
