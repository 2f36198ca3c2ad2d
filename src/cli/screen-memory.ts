import { totalmem } from "node:os";

/** What the rest of the program takes, pictures on their way included. */
const ownBytes = 256 * 1024 * 1024;

/** Of what is then left, for screens; the rest is for pictures in the cache, and for other programs. */
const screensShare = 0.6;

const bytesMin = 64 * 1024 * 1024;

/** Bytes that the screens of all hosts may take by default on this computer, or in this container. */
export function defaultScreenBytes(memoryBytes = availableBytes()): number {
  return Math.max(bytesMin, Math.floor((memoryBytes - ownBytes) * screensShare));
}

/** A container's limit counts, where there is one. */
function availableBytes(): number {
  return process.constrainedMemory() || totalmem();
}
