import { describe, expect, test } from "bun:test";
import {
  type MemoryAccount,
  MemoryBudget,
  MemoryBudgetError,
} from "../../../src/scheduling/memory-budget.ts";

const mib = 1024 * 1024;

function openAccounts(budget: MemoryBudget, count: number) {
  const evicted: string[] = [];
  const accounts = Array.from({ length: count }, (_, index) =>
    budget.openAccount(({ message }) => evicted.push(`${index}: ${message}`)),
  );
  return { accounts, evicted };
}

const bytesOf = (accounts: readonly MemoryAccount[]) => accounts.map(({ bytes }) => bytes / mib);

test("gives what is there, and takes it back", () => {
  const budget = new MemoryBudget(10 * mib, "Some/Setting");
  const { accounts, evicted } = openAccounts(budget, 2);
  accounts[0].take(6 * mib);
  accounts[1].take(4 * mib);
  expect(budget.takenBytes).toBe(10 * mib);
  accounts[0].give(2 * mib);
  accounts[1].take(2 * mib);
  accounts[1].close();
  expect([budget.takenBytes, bytesOf(accounts), evicted]).toEqual([4 * mib, [4, 0], []]);
});

describe("when it is all taken", () => {
  test("whoever has the most has to give theirs back", () => {
    const { accounts, evicted } = openAccounts(new MemoryBudget(10 * mib, "Some/Setting"), 3);
    accounts[0].take(2 * mib);
    accounts[1].take(7 * mib);
    accounts[2].take(3 * mib);
    expect(bytesOf(accounts)).toEqual([2, 0, 3]);
    expect(evicted).toEqual([
      "1: no memory for it: it takes 7 MiB, and all hosts together may take 10 MiB (Some/Setting)",
    ]);
  });

  test("whoever would have the most themselves gets none", () => {
    const budget = new MemoryBudget(10 * mib, "Some/Setting");
    const { accounts, evicted } = openAccounts(budget, 3);
    accounts[0].take(4 * mib);
    accounts[1].take(4 * mib);
    expect(() => accounts[2].take(5 * mib)).toThrow(MemoryBudgetError);
    expect(() => accounts[0].take(3 * mib)).toThrow(
      "it takes 7 MiB, and all hosts together may take 10 MiB",
    );
    expect([budget.takenBytes, bytesOf(accounts), evicted]).toEqual([8 * mib, [4, 4, 0], []]);
  });

  test("nobody gets more than there is", () => {
    const { accounts, evicted } = openAccounts(new MemoryBudget(10 * mib, "Some/Setting"), 2);
    accounts[0].take(mib);
    expect(() => accounts[1].take(11 * mib)).toThrow(MemoryBudgetError);
    expect([bytesOf(accounts), evicted]).toEqual([[1, 0], []]);
  });

  test("a few that take a lot do not keep many from a little", () => {
    const { accounts, evicted } = openAccounts(new MemoryBudget(100 * mib, "Some/Setting"), 22);
    accounts[0].take(49 * mib);
    accounts[1].take(49 * mib);
    for (const account of accounts.slice(2)) account.take(5 * mib);
    expect(evicted).toHaveLength(2);
    expect(bytesOf(accounts.slice(2))).toEqual(Array(20).fill(5));
  });
});

test("what is closed takes nothing any more, and gives nothing back twice", () => {
  const budget = new MemoryBudget(10 * mib, "Some/Setting");
  const { accounts } = openAccounts(budget, 1);
  accounts[0].take(mib);
  accounts[0].close();
  accounts[0].close();
  accounts[0].take(mib);
  accounts[0].give(mib);
  expect(budget.takenBytes).toBe(0);
});
