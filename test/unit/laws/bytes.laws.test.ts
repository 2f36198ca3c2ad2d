/**
 * What holds for all bytes, however they are cut: found out by examples that fast-check makes up.
 */
import { deflateRawSync, constants } from "node:zlib";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { InflateStream } from "../../../src/bytes/inflate.ts";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";

/** Bytes in chunks of any size. */
const chunks = fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 12 });

describe("ByteStream", () => {
  const wish = fc.record({
    how: fc.constantFrom("read", "readInto", "skip", "take"),
    count: fc.nat({ max: 7000 }),
  });

  test("gives each byte once and in its order, however they come and are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.array(wish, { maxLength: 20 }), async (parts, wishes) => {
        const all = Buffer.concat(parts);
        const stream = new ByteStream({ pause() {}, resume() {} });
        const pushing = (async () => {
          for (const part of parts) {
            stream.push(part.slice());
            await Promise.resolve();
          }
          stream.end();
        })();
        let at = 0;
        for (const { how, count } of wishes) {
          const wanted = all.subarray(at, at + count);
          if (how === "take") {
            const taken = stream.take(count);
            if (taken === null) continue;
            expect(Buffer.from(taken)).toEqual(Buffer.from(wanted));
          } else if (wanted.length < count) {
            break;
          } else if (how === "read") {
            expect(Buffer.from(await stream.read(count))).toEqual(Buffer.from(wanted));
          } else if (how === "readInto") {
            const into = new Uint8Array(count);
            await stream.readInto(into);
            expect(Buffer.from(into)).toEqual(Buffer.from(wanted));
          } else {
            await stream.skip(count);
          }
          at += count;
        }
        await pushing;
        expect(stream.receivedBytes).toBe(all.length);
        expect(Buffer.from(await stream.read(all.length - at))).toEqual(all.subarray(at));
      }),
    );
  });
});

test("ByteWriter and Cursor: what is written is read", () => {
  const value = fc.oneof(
    fc.record({ kind: fc.constant("u8" as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant("u16" as const), value: fc.nat(0xffff) }),
    fc.record({ kind: fc.constant("i32" as const), value: fc.integer() }),
    fc.record({ kind: fc.constant("u32" as const), value: fc.nat(0xffffffff) }),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const writer = new ByteWriter(1);
      for (const { kind, value } of values) writer[kind](value);
      const cursor = new Cursor(writer.finish(), "test");
      for (const { kind, value } of values) expect(cursor[kind]()).toBe(value);
      expect(cursor.remaining).toBe(0);
    }),
  );
});

test("InflateStream: what was deflated comes out, however it is asked for", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40_000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50_000 }),
      (parts, piece) => {
        const stream = new InflateStream("test");
        // A zlib header, and then blocks that refer to nothing before them.
        let head: Uint8Array = Uint8Array.of(0x78, 0x01);
        for (const part of parts) {
          const flush = { finishFlush: constants.Z_SYNC_FLUSH };
          stream.start(Buffer.concat([head, deflateRawSync(part, flush)]));
          head = new Uint8Array(0);
          const output = new Uint8Array(part.length);
          for (let at = 0; at < part.length; at += piece) {
            for (const _ of stream.inflate(output, at, Math.min(piece, part.length - at)));
          }
          for (const _ of stream.finish());
          expect(Buffer.from(output).equals(part)).toBe(true);
        }
        stream.close();
      },
    ),
  );
});

test("BufferPool: lends what is large enough, never twice at a time, and keeps no more than it may", () => {
  const step = fc.oneof(
    fc.record({ take: fc.integer({ min: 1, max: 100_000 }) }),
    fc.record({ give: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pool = new BufferPool(200_000);
      const lent: ArrayBuffer[] = [];
      for (const each of steps) {
        if ("take" in each) {
          const buffer = pool.take(each.take);
          expect(buffer.byteLength).toBeGreaterThanOrEqual(each.take);
          expect(buffer.byteLength).toBeLessThan(each.take * 1.125 + 4096);
          expect(lent).not.toContain(buffer);
          lent.push(buffer);
        } else if (each.give < lent.length) {
          pool.give(lent.splice(each.give, 1)[0]);
        }
      }
    }),
  );
});
