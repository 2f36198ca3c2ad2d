/** No sizes are told apart that differ by less. */
const sizeStepBytesMin = 4096;

/**
 * Lends memory that is needed again and again. The garbage collector is no help there: beside the
 * frames of a hundred hosts it waits for as much garbage again before it looks at what is more than
 * moments old; and the system fills fresh memory with zeros page by page, which costs more than
 * what is done with it.
 */
export class BufferPool {
  /** Free buffers by their size; the size not used for longest first. */
  readonly #free = new Map<number, ArrayBuffer[]>();
  #freeBytes = 0;

  /** Keeps so many bytes of free memory at most. */
  constructor(readonly freeBytesMax: number) {}

  /** Memory of at least so many bytes, which hold anything. */
  take(bytes: number): ArrayBuffer {
    const size = roundUp(bytes);
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return new ArrayBuffer(size);
    this.#freeBytes -= size;
    return buffer;
  }

  /** Takes memory back, which nothing may use any more. */
  give(buffer: ArrayBuffer): void {
    const size = buffer.byteLength;
    if (size === 0) return; // It was transferred to a worker.
    const free = this.#free.get(size) ?? [];
    this.#free.delete(size);
    this.#free.set(size, free);
    free.push(buffer);
    this.#freeBytes += size;
    while (this.#freeBytes > this.freeBytesMax) this.#dropOne();
  }

  #dropOne(): void {
    const [size, free] = this.#free.entries().next().value!;
    const buffer = free.pop();
    if (buffer === undefined) {
      this.#free.delete(size);
      return;
    }
    this.#freeBytes -= size;
    // Frees it now, and not when there is a collection.
    buffer.transfer(0);
  }
}

/**
 * To the next of a few sizes, at most an eighth larger, so that slightly different uses can share
 * memory.
 */
function roundUp(bytes: number): number {
  const step = Math.max(sizeStepBytesMin, 2 ** (Math.floor(Math.log2(bytes)) - 3));
  return Math.ceil(bytes / step) * step;
}
