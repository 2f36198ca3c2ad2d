/** Inputs as somebody makes them who knows the format: good ones, changed in some places. */
import fc from "fast-check";

/** The longest input; what is long is not what is hard to parse. */
const inputBytesMax = 64 * 1024;

/** Lengths and counts that are hard to get right. */
const hardNumbers = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x400, 0x401, 0x7fff, 0x8000, 0xffff, 0x10000, 0x1000000,
  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

type Edit = (input: Buffer) => Buffer;

const place = fc.nat(0xffffff);
const length = fc.nat(64);

const change = fc.tuple(place, fc.nat(255)).map(([at, byte]): Edit => {
  return (input) => {
    if (input.length > 0) input[at % input.length] = byte;
    return input;
  };
});

const hardNumber = fc
  .tuple(place, fc.constantFrom(1, 2, 4), fc.constantFrom(...hardNumbers))
  .map(([at, bytes, number]): Edit => {
    return (input) => {
      if (input.length < bytes) return input;
      const mask = bytes === 4 ? 0xffffffff : 2 ** (8 * bytes) - 1;
      input.writeUIntBE((number & mask) >>> 0, at % (input.length - bytes + 1), bytes);
      return input;
    };
  });

const insert = fc.tuple(place, fc.uint8Array({ maxLength: 16 })).map(([at, bytes]): Edit => {
  return (input) => splice(input, at, 0, bytes);
});

const remove = fc.tuple(place, length).map(([at, bytes]): Edit => {
  return (input) => splice(input, at, bytes, new Uint8Array(0));
});

const repeat = fc
  .tuple(place, length, fc.integer({ min: 1, max: 50 }))
  .map(([at, bytes, times]): Edit => {
    return (input) => {
      const from = at % (input.length + 1);
      const part = input.subarray(from, from + bytes);
      return splice(input, from, 0, Buffer.concat(Array.from({ length: times }, () => part)));
    };
  });

const cut = place.map(
  (at): Edit =>
    (input) =>
      input.subarray(0, at % (input.length + 1)),
);

function splice(input: Buffer, at: number, removed: number, added: Uint8Array): Buffer {
  const from = at % (input.length + 1);
  return Buffer.concat([input.subarray(0, from), added, input.subarray(from + removed)]);
}

export function mutatedInputs(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...seeds);
  /** The beginning of one and the end of another. */
  const crossed = fc
    .tuple(seed, seed, place, place)
    .map(([first, second, end, start]) =>
      Buffer.concat([
        first.subarray(0, end % (first.length + 1)),
        second.subarray(start % (second.length + 1)),
      ]),
    );
  const base = fc.oneof(
    { weight: 16, arbitrary: seed },
    { weight: 3, arbitrary: crossed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
  const edit = fc.oneof(
    { weight: 4, arbitrary: change },
    { weight: 4, arbitrary: hardNumber },
    insert,
    remove,
    repeat,
    cut,
  );
  return fc.tuple(base, fc.array(edit, { maxLength: 6 })).map(([bytes, edits]) => {
    let input: Buffer = Buffer.from(bytes);
    for (const apply of edits) input = apply(input).subarray(0, inputBytesMax);
    return Uint8Array.from(input);
  });
}
