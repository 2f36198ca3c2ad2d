/**
 * A program for networks of tests: dials a host while the system has been looking for it for a
 * second already.
 */
import { Dialler } from "../../../src/net/dial.ts";
import { failureOf } from "../../support/failure.ts";

const { signal } = new AbortController();
const options = { host: process.argv[2], port: 11100, timeoutMs: 8000, signal, caller: "test" };
const dialler = new Dialler();
const first = failureOf(dialler.dial(options));
await Bun.sleep(1000);
const second = failureOf(dialler.dial(options));
console.log(JSON.stringify(await Promise.all([first, second])));
