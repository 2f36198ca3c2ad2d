/**
 * Memory that many share who do not know each other. When it is all taken, whoever has the most
 * has to give theirs back: so a few that take a lot cannot keep the others from a little.
 */

/** There is no memory for it: the message says how much was wanted, and how much there is. */
export class MemoryBudgetError extends Error {
  override readonly name = "MemoryBudgetError";
}

export class MemoryBudget {
  readonly #accounts = new Set<MemoryAccount>();
  #takenBytes = 0;

  /** `setting`: what a person has to change for more, for the message. */
  constructor(
    readonly bytesMax: number,
    readonly setting: string,
  ) {}

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** `onEvicted`: called when others need the memory; all of it has to be let go of at once. */
  openAccount(onEvicted: (reason: MemoryBudgetError) => void): MemoryAccount {
    const account = new MemoryAccount({
      take: (bytes) => this.#take(account, bytes),
      give: (bytes) => (this.#takenBytes -= bytes),
      evict: onEvicted,
      close: () => this.#accounts.delete(account),
    });
    this.#accounts.add(account);
    return account;
  }

  #take(account: MemoryAccount, bytes: number): void {
    while (this.#takenBytes + bytes > this.bytesMax) {
      const largest = this.#largest();
      const wantedBytes = account.bytes + bytes;
      if (largest === account || largest === null || largest.bytes <= wantedBytes) {
        throw this.#error(wantedBytes);
      }
      largest.evict(this.#error(largest.bytes));
    }
    this.#takenBytes += bytes;
  }

  #largest(): MemoryAccount | null {
    let largest: MemoryAccount | null = null;
    for (const account of this.#accounts) {
      if (largest === null || account.bytes > largest.bytes) largest = account;
    }
    return largest;
  }

  #error(wantedBytes: number): MemoryBudgetError {
    return new MemoryBudgetError(
      `no memory for it: it takes ${toMib(wantedBytes)} MiB, and all hosts together may take ` +
        `${toMib(this.bytesMax)} MiB (${this.setting})`,
    );
  }
}

interface Budget {
  take(bytes: number): void;
  give(bytes: number): void;
  evict(reason: MemoryBudgetError): void;
  close(): void;
}

/** What one of those who share a budget has taken of it. */
export class MemoryAccount {
  readonly #budget: Budget;
  #bytes = 0;
  #isClosed = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws MemoryBudgetError. */
  take(bytes: number): void {
    if (this.#isClosed) return;
    this.#budget.take(bytes);
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    if (this.#isClosed) return;
    this.#bytes -= bytes;
    this.#budget.give(bytes);
  }

  /** Gives everything back. */
  close(): void {
    this.give(this.#bytes);
    this.#isClosed = true;
    this.#budget.close();
  }

  /** For the budget. */
  evict(reason: MemoryBudgetError): void {
    this.close();
    this.#budget.evict(reason);
  }
}

function toMib(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}
