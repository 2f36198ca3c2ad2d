/**
 * A program for networks of tests: dials a host while the system has been looking for it for a
 * second already.
 */
import { dial } from "../../../src/net/dial.ts";
import { failureOf } from "../../support/failure.ts";

const options = { host: process.argv[2], port: 11100, timeoutMs: 8000 };
const first = failureOf(dial(options));
await Bun.sleep(1000);
const second = failureOf(dial(options));
console.log(JSON.stringify(await Promise.all([first, second])));
