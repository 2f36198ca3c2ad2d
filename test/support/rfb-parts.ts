/** What reading and painting need beside the bytes, with room for everything. */
import { BufferPool } from "../../src/bytes/buffer-pool.ts";
import { createDecoders } from "../../src/rfb/decoders/table.ts";
import type { ByteRoom } from "../../src/rfb/update-room.ts";
import { type MemoryAccount, MemoryBudget } from "../../src/scheduling/memory-budget.ts";
import { TimeSlicer, type WorkLine } from "../../src/scheduling/time-slicer.ts";

export const unlimitedRoom: ByteRoom = { take() {} };

export function openLine(): WorkLine {
  return new TimeSlicer().openLine();
}

export function openAccount(bytesMax = Infinity): MemoryAccount {
  return new MemoryBudget(bytesMax, "test").openAccount(() => {});
}

/** All real decoders. */
export function allDecoders() {
  return createDecoders(new BufferPool(1024 * 1024));
}
