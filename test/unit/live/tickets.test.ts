/** By a clock that stands still until it is moved. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { TicketError, Tickets } from "../../../src/live/tickets.ts";
import { LimitError } from "../../../src/watch/limit-error.ts";

const uid = "5b0ab4f6-06ee-4f56-a7a3-5e1e5e4bb3f0";
const other = "8f3c5d0e-1d2f-4d6e-9f77-2c9f7d2f6a11";
const grant = { scope: "view", uids: [uid, other], access: null } as const;

let tickets: Tickets;

beforeEach(() => {
  jest.useFakeTimers();
  tickets = new Tickets();
});
afterEach(() => jest.useRealTimers());

test("a ticket is good for what it was given for", () => {
  const { ticket, validUntilMs } = tickets.issue(uid, grant);
  expect(validUntilMs).toBe(Date.now() + 30_000);
  expect(tickets.redeem(ticket)).toMatchObject(grant);
});

test("it is 256 random bits, which need no escape in a query", () => {
  const given = Array.from({ length: 60 }, () => tickets.issue(uid, grant).ticket);
  expect(new Set(given).size).toBe(60);
  for (const ticket of given) expect(ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test("it is used once", () => {
  const { ticket } = tickets.issue(uid, grant);
  tickets.redeem(ticket);
  expect(() => tickets.redeem(ticket)).toThrow(
    new TicketError("the ticket has been used: each opens one stream"),
  );
});

test("it is good for 30 s", () => {
  const [first, second] = [tickets.issue(uid, grant), tickets.issue(uid, grant)];
  jest.advanceTimersByTime(29_999);
  tickets.redeem(first.ticket);
  jest.advanceTimersByTime(1);
  expect(() => tickets.redeem(second.ticket)).toThrow(
    new TicketError("the ticket has expired: it is good for 30 s"),
  );
});

test("what was never given out opens nothing", () => {
  tickets.issue(uid, grant);
  for (const text of ["", "x", uid]) {
    expect(() => tickets.redeem(text)).toThrow(
      new TicketError("the ticket is unknown: this server has not given it out, or long ago"),
    );
  }
});

test("a connection that lets 64 of them lie gets no more, until they are used or expire", () => {
  const given = Array.from({ length: 64 }, () => tickets.issue(uid, grant).ticket);
  expect(() => tickets.issue(uid, grant)).toThrow(LimitError);
  tickets.issue(other, grant);
  tickets.redeem(given[0]);
  tickets.issue(uid, grant);
  expect(() => tickets.issue(uid, grant)).toThrow(LimitError);
  jest.advanceTimersByTime(30_000);
  tickets.issue(uid, grant);
});

test("of more than 4096 the oldest are forgotten", () => {
  const first = tickets.issue(uid, grant).ticket;
  const uids = Array.from({ length: 64 }, (_, i) => `00000000-0000-4000-8000-0000000000${10 + i}`);
  for (const each of uids) for (let i = 0; i < 64; i++) tickets.issue(each, grant);
  expect(() => tickets.redeem(first)).toThrow("unknown");
});
